import type { KeyObject } from 'node:crypto';
import { limits } from '../../core/limits.js';
import { SupervisedWorker } from '../supervised-worker.js';
import { auditAnchorCheck, auditSinkCheck } from '../domain/check-names.js';
import { placeOfRow } from '../anchors/anchor-keeper.js';
import { PruningState } from './domain/pruning-state.js';
import type { PruneRange } from './prune.js';
import type { FromRetention, RetentionData, ToRetention } from './retention-messages.js';

export interface AuditRetentionOptions {
  readonly data: RetentionData;
  /** The key of the MACs of rows. */
  readonly rowKey: Promise<KeyObject>;
  /** Writes into the log what is to go. */
  readonly record: (range: PruneRange) => Promise<void>;
  readonly onAlarm: (message: string) => void;
}

const WORKER = new URL('./retention.worker.js', import.meta.url);

/**
 * Prunes the log in a thread of its own, once a minute, where a rule says so. On PostgreSQL the
 * gateway may not: there it is `sallyport audit prune`, with a role that may.
 */
export class AuditRetention {
  readonly #worker: SupervisedWorker<FromRetention> | undefined;
  readonly #options: AuditRetentionOptions;
  readonly #state: PruningState;
  #isFailing = false;

  constructor(options: AuditRetentionOptions) {
    this.#options = options;
    const { data, rowKey, onAlarm } = options;
    this.#state = new PruningState({
      labels: labelsOf(data),
      heldMsMax: limits.auditPruneHeldMsMax,
      youngMs: limits.auditPruneYoungMs,
    });
    const { maxAge, maxBytes } = data.retention;
    if (data.location.dialect !== 'sqlite' || (maxAge ?? maxBytes) === undefined) return;
    this.#worker = new SupervisedWorker<FromRetention>({
      url: WORKER,
      data,
      rowKey,
      onMessage: (message) => this.#hear(message),
      onDeath: (reason) => onAlarm(`the thread that prunes the audit log died: ${reason}`),
    });
  }

  start(): void {
    this.#worker?.start();
  }

  /** By check, in words for whoever may read the health listener. */
  warnings(nowMs = Date.now()): Readonly<Record<string, string>> {
    const text = this.#state.warning(nowMs);
    return text === undefined ? {} : { 'audit-retention': text };
  }

  /** Ends between two bundles. */
  async stop(): Promise<void> {
    await this.#worker?.stop(limits.auditSinkStopMsMax);
  }

  #hear(message: FromRetention): void {
    if (message.kind === 'record') void this.#record(message.range);
    else if (message.kind === 'pruned') this.#isFailing = false;
    else if (message.kind === 'held') this.#alarm(this.#state.held(message.by, Date.now()));
    else if (message.kind === 'young pruned') this.#alarm(this.#state.youngPruned(Date.now()));
    else if (message.kind === 'dead letters lost') {
      this.#options.onAlarm(
        `${message.count} events are pruned that a sink would not take: audit.retention.maxBytes ` +
          'leaves no room to keep them',
      );
    } else if (!this.#isFailing) {
      this.#isFailing = true;
      this.#options.onAlarm(`the audit log is not pruned: ${message.reason}`);
    }
  }

  #alarm(message: string | undefined): void {
    if (message !== undefined) this.#options.onAlarm(message);
  }

  async #record(range: PruneRange): Promise<void> {
    const isDurable = await this.#options.record(range).then(
      () => true,
      () => false,
    );
    this.#worker?.post({ kind: 'recorded', isDurable } satisfies ToRetention);
  }
}

/** Anchors and sinks as their own warnings call them. */
function labelsOf({ anchors, sinks }: RetentionData): ReadonlyMap<string, string> {
  return new Map([
    ...anchors.map((row, index) => [row, auditAnchorCheck(index, placeOfRow(row))] as const),
    ...sinks.map((name) => [name, auditSinkCheck(name)] as const),
  ]);
}
