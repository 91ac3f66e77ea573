import type { KeyObject } from 'node:crypto';
import type { SinkSettings } from '../../platform/config/audit-settings.js';
import { limits } from '../../core/limits.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import { auditSinkCheck } from '../domain/check-names.js';
import { SupervisedWorker } from '../supervised-worker.js';
import { type SinkState, sinkWarning } from './domain/sink-state.js';
import type { FeederData, FromFeeders } from './sink-messages.js';

export interface AuditSinksOptions {
  readonly sinks: readonly SinkSettings[];
  readonly location: StorageLocation;
  readonly version: string;
  /** The key of the MACs of rows. */
  readonly rowKey: Promise<KeyObject>;
  readonly onAlarm: (message: string) => void;
}

const WORKER = new URL('./sinks.worker.js', import.meta.url);
const BOUNDS = {
  lagEvents: limits.auditSinkLagEventsWarned,
  failingMs: limits.auditSinkFailingMsWarned,
} as const;
/** Beyond the time that each sink has. */
const STOP_SLACK_MS = 1_000;

/** The sinks of the audit log, fed in a thread of their own: no request waits for one. */
export class AuditSinks {
  readonly #worker: SupervisedWorker<FromFeeders> | undefined;
  #states: readonly SinkState[] = [];

  constructor({ sinks, location, version, rowKey, onAlarm }: AuditSinksOptions) {
    if (sinks.length === 0) return;
    this.#worker = new SupervisedWorker({
      url: WORKER,
      data: { location, sinks, version } satisfies FeederData,
      rowKey,
      onMessage: (message) => {
        if (message.kind === 'alarm') onAlarm(message.message);
        else this.#states = message.states;
      },
      onDeath: (reason) => onAlarm(`the thread that feeds the audit sinks died: ${reason}`),
    });
  }

  start(): void {
    this.#worker?.start();
  }

  /** How each sink fares: a second old, none before the first look. */
  get states(): readonly SinkState[] {
    return this.#states;
  }

  /** By check, in words for whoever may read the health listener. */
  warnings(nowMs = Date.now()): Readonly<Record<string, string>> {
    const entries = this.#states.flatMap((state) => {
      const text = sinkWarning(state, BOUNDS, nowMs);
      return text === undefined ? [] : [[auditSinkCheck(state.name), text] as const];
    });
    return Object.fromEntries(entries);
  }

  /** Feeds what is left as long as it is taken, within a bounded time. */
  async stop(): Promise<void> {
    await this.#worker?.stop(limits.auditSinkStopMsMax + STOP_SLACK_MS);
  }
}
