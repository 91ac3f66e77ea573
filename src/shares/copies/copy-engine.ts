import type { CallGate } from '../../access/domain/call-gate.js';
import { backgroundLimits } from '../../core/background-limits.js';
import type { ObjectRecord } from '../../custom-resources/domain/object-records.js';
import { parsePins } from '../domain/share-pins.js';
import { shareKind } from '../domain/share-spec.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { AuthorChecks } from './author-checks.js';
import type { BackgroundLease } from '../../platform/storage/background-lease.js';
import type { ObjectQueue, QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { CopyRechecks } from './copy-rechecks.js';
import { type CopyRecords, parsedRows } from './copy-records.js';
import { CopyStart, type CopyStartDependencies } from './copy-start.js';
import type { DeferredStatuses } from './deferred-statuses.js';
import type { CopyTriggers } from './copy-triggers.js';

export interface CopyEngineDependencies {
  readonly shares: CopyStartDependencies['shares'] & Pick<ShareDependencies, 'records'>;
  readonly gate: Pick<CallGate, 'refusal'>;
  readonly records: CopyRecords;
  readonly queue: ObjectQueue;
  readonly shareQueue: ObjectQueue;
  readonly rechecks: Pick<CopyRechecks, 'open' | 'close'>;
  readonly authors: Pick<AuthorChecks, 'open' | 'close'>;
  readonly triggers: CopyTriggers;
  readonly statuses: Pick<DeferredStatuses, 'open' | 'end' | 'close'>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Work on copies and statuses of imports, which one replica does: after it gains the lease, it
 * looks at all imports and records, and then at what changes.
 */
export class CopyEngine {
  readonly #parts: CopyEngineDependencies;
  readonly #start: CopyStart;
  #lease: BackgroundLease | undefined;
  #loading = Promise.resolve();
  /** Changes whenever the lease is gained or lost. */
  #term = 0;
  #isStopped = false;

  constructor(parts: CopyEngineDependencies) {
    this.#parts = parts;
    this.#start = new CopyStart(parts);
  }

  /** Begins in the background; never throws. */
  start(lease: BackgroundLease): void {
    this.#lease = lease;
    this.#parts.triggers.start();
    lease.start();
  }

  /** Resolves once all work has ended, and its statuses are written; the lease is free then. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#parts.triggers.stop();
    await Promise.all([this.#loading, this.#endLooks()]);
    await this.#parts.statuses.end();
    await this.#lease?.stop();
  }

  /** Takes over the work. */
  gained(): void {
    this.#term += 1;
    const term = this.#term;
    this.#loading = this.#loading.then(() => this.#load(term));
  }

  /** Leaves the work to another replica. */
  lost(): void {
    this.#term += 1;
    void this.#close();
  }

  async #close(): Promise<void> {
    await Promise.all([this.#parts.statuses.close(), this.#endLooks()]);
  }

  async #endLooks(): Promise<void> {
    const { queue, shareQueue, rechecks, authors } = this.#parts;
    await Promise.all([queue, shareQueue, rechecks, authors].map((one) => one.close()));
  }

  async #load(term: number): Promise<void> {
    const isWorking = (): boolean => this.#isCurrent(term);
    // Looks that began under an earlier lease use the records of that time.
    await this.#close();
    if (isWorking()) {
      this.#parts.statuses.open();
      this.#parts.authors.open();
    }
    while (isWorking()) {
      try {
        await this.#start.run(isWorking);
        if (isWorking()) await this.#openShares(isWorking);
        return;
      } catch (error) {
        this.#parts.onFault(error);
        await pause(backgroundLimits.lookRetryMsMin);
      }
    }
  }

  /** Begins with all shares. */
  async #openShares(isWorking: () => boolean): Promise<void> {
    const { shareQueue, rechecks, shares, triggers } = this.#parts;
    const deleted = await this.#deletedShares();
    if (!isWorking()) return;
    shareQueue.open([]);
    rechecks.open();
    for (const share of deleted) shareQueue.note(share);
    for (const share of shares.knownShares.all) triggers.noteShare(share);
  }

  /** Returns shares that may have been deleted while no replica worked, and end with a rotation. */
  async #deletedShares(): Promise<readonly QueuedObject[]> {
    const { shares, onFault } = this.#parts;
    const { resource } = shareKind;
    const parse = (facts: ObjectRecord['facts']) => parsePins(facts).onDelete;
    const found: QueuedObject[] = [];
    for await (const [uid, ending] of parsedRows(shares.records, { resource, parse }, onFault)) {
      found.push({ uid, ...ending });
    }
    return found;
  }

  #isCurrent(term: number): boolean {
    return term === this.#term && this.#lease?.isHeld === true && !this.#isStopped;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
