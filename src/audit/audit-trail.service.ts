import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Resources } from '../platform/lifecycle/resources.js';
import { AuditAnchors } from './anchors/audit-anchors.service.js';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditWriter } from './audit-writer.js';
import { AuditLog } from './log/audit-log.js';
import { AuditRetention } from './retention/audit-retention.service.js';
import { Searches } from './search-index/open-searches.js';
import { AuditSinks } from './sinks/audit-sinks.js';

/** Connects the parts of the trail, starts and stops them. */
@Injectable()
export class AuditTrail implements OnApplicationBootstrap {
  readonly #writer: AuditWriter;
  readonly #guard: RollbackGuard;
  readonly #log: AuditLog;
  readonly #anchors: AuditAnchors;
  readonly #sinks: AuditSinks;
  readonly #retention: AuditRetention;
  readonly #searches: Searches;
  readonly #resources: Resources;

  constructor(
    writer: AuditWriter,
    guard: RollbackGuard,
    log: AuditLog,
    anchors: AuditAnchors,
    sinks: AuditSinks,
    retention: AuditRetention,
    searches: Searches,
    resources: Resources,
  ) {
    this.#writer = writer;
    this.#guard = guard;
    this.#log = log;
    this.#anchors = anchors;
    this.#sinks = sinks;
    this.#retention = retention;
    this.#searches = searches;
    this.#resources = resources;
    this.#connect();
    writer.start();
  }

  onApplicationBootstrap(): void {
    this.#resources.defer(() => this.#stop());
    this.#searches.index?.start();
    this.#log.publisher.start();
    this.#anchors.start();
    // A log that was rolled back is neither exported nor pruned.
    if (this.#guard.refusal === undefined) this.#startOthers();
  }

  /** Connects notifications: of entries from writer to publisher, of checkpoints to the anchors. */
  #connect(): void {
    const { publisher } = this.#log;
    this.#writer.onCommitted(() => publisher.nudge());
    this.#writer.onLoss(() => this.#anchors.suspect());
    publisher.onPublished((checkpoint) => this.#anchors.signed(checkpoint));
    publisher.onRollback(() => this.#anchors.suspect());
    this.#guard.watchLoss(() => this.#writer.loss ?? publisher.rollback);
    this.#guard.onAccepted(() => {
      this.#writer.forget();
      publisher.forget();
    });
    this.#guard.onReleased(() => {
      publisher.hold(undefined);
      this.#startOthers();
    });
  }

  #startOthers(): void {
    this.#sinks.start();
    this.#retention.start();
  }

  /** Signs and anchors the last checkpoint, and feeds the remaining entries: in bounded time. */
  async #stop(): Promise<void> {
    // What is queued is signed too, unless the database is away.
    await this.#searches.shared.integrated().catch(() => undefined);
    await this.#log.publisher.stop();
    await Promise.all([this.#retention.stop(), this.#anchors.stop()]);
    await this.#sinks.stop();
  }
}
