import { shareLimits } from '../../core/share-limits.js';
import type { CopyLease } from './copy-lease.js';
import type { CopyQueue } from './copy-queue.js';
import type { CopyRecords } from './copy-records.js';
import { CopyStart, type CopyStartDependencies } from './copy-start.js';
import type { CopyTriggers } from './copy-triggers.js';

export interface CopyEngineDependencies {
  readonly shares: CopyStartDependencies['shares'];
  readonly gate: CopyStartDependencies['gate'];
  readonly records: CopyRecords;
  readonly queue: CopyQueue;
  readonly triggers: CopyTriggers;
  readonly onFault: (error: unknown) => void;
}

/**
 * Work on copies and statuses of imports, which one replica does: after it gains the lease, it
 * looks at all imports and records, and then at what changes.
 */
export class CopyEngine {
  readonly #parts: CopyEngineDependencies;
  readonly #start: CopyStart;
  #lease: CopyLease | undefined;
  #rechecking: NodeJS.Timeout | undefined;
  /** Copies whose rights were not checked in this round. */
  #unchecked: string[] = [];
  #loading: Promise<void> | undefined;
  /** Counts gains and losses of the lease, so that an earlier beginning ends. */
  #turn = 0;
  #isStopped = false;

  constructor(parts: CopyEngineDependencies) {
    this.#parts = parts;
    this.#start = new CopyStart(parts);
  }

  /** Begins in the background; never throws. */
  start(lease: CopyLease): void {
    this.#lease = lease;
    this.#parts.triggers.start();
    this.#rechecking = setInterval(() => this.#recheck(), shareLimits.recheckedMs);
    lease.start();
  }

  /** Resolves once all work has ended; the lease is free then. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#rechecking);
    this.#parts.triggers.stop();
    await this.#loading;
    await this.#parts.queue.close();
    await this.#lease?.stop();
  }

  /** Takes over the work. */
  gained(): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#loading = Promise.resolve(this.#loading).then(() => this.#load(turn));
  }

  /** Leaves the work to another replica. */
  lost(): void {
    this.#turn += 1;
    void this.#parts.queue.close();
  }

  async #load(turn: number): Promise<void> {
    const isWorking = (): boolean => {
      return turn === this.#turn && this.#lease?.isHeld === true && !this.#isStopped;
    };
    while (isWorking()) {
      try {
        return await this.#start.run(isWorking);
      } catch (error) {
        this.#parts.onFault(error);
        await new Promise((resolve) => setTimeout(resolve, shareLimits.copyRetryMsMin));
      }
    }
  }

  /** Checks the rights of some copies again: no event reports all losses. */
  #recheck(): void {
    const { records, queue } = this.#parts;
    if (this.#unchecked.length === 0) this.#unchecked = [...records.all.keys()];
    for (const uid of this.#unchecked.splice(0, shareLimits.recheckedAtOnceMax)) {
      const record = records.get(uid);
      if (record === undefined) continue;
      queue.note({ uid, namespace: record.namespace, name: record.name });
    }
  }
}
