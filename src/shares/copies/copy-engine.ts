import { shareLimits } from '../../core/share-limits.js';
import type { ParsedImport } from '../domain/import-spec.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { CopyLease } from './copy-lease.js';
import type { CopyQueue } from './copy-queue.js';
import type { CopyRecords } from './copy-records.js';
import type { CopyTriggers } from './copy-triggers.js';

export interface CopyEngineDependencies {
  readonly shares: Pick<ShareDependencies, 'knownImports'>;
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
  #lease: CopyLease | undefined;
  #rechecking: NodeJS.Timeout | undefined;
  /** Copies whose rights were not checked in this round. */
  #unchecked: string[] = [];
  #loading = Promise.resolve();
  /** Changes whenever the lease is gained or lost. */
  #term = 0;
  #isStopped = false;

  constructor(parts: CopyEngineDependencies) {
    this.#parts = parts;
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
    await Promise.all([this.#loading, this.#parts.queue.close()]);
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
    void this.#parts.queue.close();
  }

  async #load(term: number): Promise<void> {
    const { records, queue, shares, onFault } = this.#parts;
    // Looks that began under an earlier lease use the records of that time.
    await queue.close();
    while (this.#isCurrent(term)) {
      try {
        await records.load();
        if (!this.#isCurrent(term)) return;
        queue.open();
        // What ended while no replica worked comes first.
        for (const [uid, { namespace, name }] of records.all) queue.note({ uid, namespace, name });
        for (const imported of allOf(shares.knownImports)) this.#parts.triggers.note(imported);
        return;
      } catch (error) {
        onFault(error);
        await new Promise((resolve) => setTimeout(resolve, shareLimits.copyRetryMsMin));
      }
    }
  }

  #isCurrent(term: number): boolean {
    return term === this.#term && this.#lease?.isHeld === true && !this.#isStopped;
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

function* allOf(imports: ShareDependencies['knownImports']): Iterable<ParsedImport> {
  for (const namespace of imports.namespaces) yield* imports.of(namespace).values();
}
