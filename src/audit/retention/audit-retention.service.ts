import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../../core/limits.js';
import { KeyMaterial } from '../../encryption/key-material.js';
import type { Config } from '../../platform/config/config.schema.js';
import { CONFIG } from '../../platform/config/config.token.js';
import { Database } from '../../platform/storage/database.js';
import { AppLogger } from '../../platform/telemetry/app-logger.js';
import { ConfiguredAnchors } from '../anchors/configured-anchors.js';
import { placeOfRow } from '../anchors/anchor-publisher.js';
import { auditAnchorCheck, auditSinkCheck } from '../domain/check-names.js';
import { GatewayEvents } from '../gateway-events.service.js';
import { SupervisedThread } from '../../platform/threads/supervised-thread.js';
import { PruningState } from './domain/pruning-state.js';
import type { PruneRange } from './prune.js';
import type { FromRetention, RetentionData, ToRetention } from './retention-messages.js';

const WORKER = new URL('./retention.worker.js', import.meta.url);

/**
 * Background pruning of the log in a separate thread, once a minute, if a rule requires it. On
 * PostgreSQL the gateway has no right to prune: there, `sallyport audit prune` runs with a role
 * that has it.
 */
@Injectable()
export class AuditRetention {
  readonly #worker: SupervisedThread<FromRetention> | undefined;
  readonly #events: GatewayEvents;
  readonly #logger: AppLogger;
  readonly #state: PruningState;
  #isFailing = false;

  constructor(
    @Inject(CONFIG) { audit }: Config,
    { location }: Database,
    { rowKey }: KeyMaterial,
    { rows }: ConfiguredAnchors,
    events: GatewayEvents,
    logger: AppLogger,
  ) {
    this.#events = events;
    this.#logger = logger;
    const { retention } = audit;
    const sinks = audit.sinks.map(({ name }) => name);
    const data = { location, rowKey, retention, anchors: rows, sinks };
    this.#state = new PruningState({
      labels: labelsOf(data),
      heldMsMax: limits.auditPruneHeldMsMax,
      youngMs: limits.auditPruneYoungMs,
    });
    const { maxAge, maxBytes } = retention;
    if (location.dialect !== 'sqlite' || (maxAge ?? maxBytes) === undefined) return;
    this.#worker = new SupervisedThread<FromRetention>({
      url: WORKER,
      data,
      onMessage: (message) => this.#hear(message),
      onDeath: (reason) => logger.alarm(`the thread that prunes the audit log died: ${reason}`),
    });
  }

  start(): void {
    this.#worker?.start();
  }

  /** Returns warnings by check, for readers of the health listener. */
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
      this.#logger.alarm(
        `${message.count} events are pruned that a sink would not take: audit.retention.maxBytes ` +
          'leaves no room to keep them',
      );
    } else if (!this.#isFailing) {
      this.#isFailing = true;
      this.#logger.alarm(`the audit log is not pruned: ${message.reason}`);
    }
  }

  #alarm(message: string | undefined): void {
    if (message !== undefined) this.#logger.alarm(message);
  }

  async #record({ from, to }: PruneRange): Promise<void> {
    const facts = { action: 'audit.prune', log: { prunedFrom: from, prunedTo: to } } as const;
    const isDurable = await this.#events.record(facts).then(
      () => true,
      () => false,
    );
    this.#worker?.post({ kind: 'recorded', isDurable } satisfies ToRetention);
  }
}

/** Returns anchors and sinks by the names that their own warnings use. */
function labelsOf({
  anchors,
  sinks,
}: Pick<RetentionData, 'anchors' | 'sinks'>): ReadonlyMap<string, string> {
  return new Map([
    ...anchors.map((row, index) => [row, auditAnchorCheck(index, placeOfRow(row))] as const),
    ...sinks.map((name) => [name, auditSinkCheck(name)] as const),
  ]);
}
