import type { KeyObject } from 'node:crypto';
import type { SinkSettings } from '../../platform/config/audit-settings.js';
import { limits } from '../../core/limits.js';
import type { StorageLocation } from '../../platform/storage/storage-location.js';
import { auditSinkCheck } from '../domain/check-names.js';
import { SupervisedThread } from '../../platform/threads/supervised-thread.js';
import { type SinkState, sinkWarning } from './domain/sink-state.js';
import type { FeederData, FromFeeders } from './sink-messages.js';

export interface AuditSinksOptions {
  readonly sinks: readonly SinkSettings[];
  readonly location: StorageLocation;
  readonly version: string;
  /** The key of the MACs of rows. */
  readonly rowKey: KeyObject;
  readonly onAlarm: (message: string) => void;
}

const WORKER = new URL('./sinks.worker.js', import.meta.url);
const BOUNDS = {
  lagEvents: limits.auditSinkLagEventsWarned,
  failingMs: limits.auditSinkFailingMsWarned,
} as const;
/** In addition to the time of each sink. */
const STOP_SLACK_MS = 1_000;

/** Sinks of the audit log, fed in a separate thread: no request waits for a sink. */
export class AuditSinks {
  readonly #worker: SupervisedThread<FromFeeders> | undefined;
  #states: readonly SinkState[] = [];

  constructor({ sinks, location, version, rowKey, onAlarm }: AuditSinksOptions) {
    if (sinks.length === 0) return;
    this.#worker = new SupervisedThread({
      url: WORKER,
      data: { location, rowKey, sinks, version } satisfies FeederData,
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

  /** Returns the state of each sink: a second old, none before the first check. */
  get states(): readonly SinkState[] {
    return this.#states;
  }

  /** Returns warnings by check, for readers of the health listener. */
  warnings(nowMs = Date.now()): Readonly<Record<string, string>> {
    const entries = this.#states.flatMap((state) => {
      const text = sinkWarning(state, BOUNDS, nowMs);
      return text === undefined ? [] : [[auditSinkCheck(state.name), text] as const];
    });
    return Object.fromEntries(entries);
  }

  /** Feeds the remaining entries as long as sinks accept them, within a bounded time. */
  async stop(): Promise<void> {
    await this.#worker?.stop(limits.auditSinkStopMsMax + STOP_SLACK_MS);
  }
}
