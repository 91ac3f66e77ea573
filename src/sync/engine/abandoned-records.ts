import { syncLimits } from '../../core/sync-limits.js';
import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import type { QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import { parseSyncRecord } from '../domain/sync-record.js';
import { syncKind } from '../domain/sync-spec.js';

export interface AbandonedRecordsDependencies {
  readonly records: Pick<ObjectRecords, 'list'>;
  readonly knownSyncs: Pick<SyncRegistry, 'all'>;
  /** Receives a sync that may be gone: the cluster has to confirm that. */
  readonly onFound: (sync: QueuedObject) => void;
  readonly onFault: (error: unknown) => void;
}

/** Finds records of syncs that were deleted while no replica worked. */
export class AbandonedRecords {
  readonly #parts: AbandonedRecordsDependencies;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AbandonedRecordsDependencies) {
    this.#parts = parts;
  }

  /** Looks for them once, when the syncs of the cluster are known. */
  start(): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#find().catch(this.#parts.onFault);
    }, syncLimits.recordsSoughtMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #find(): Promise<void> {
    const { records, knownSyncs, onFound } = this.#parts;
    const known = new Set(knownSyncs.all.map(({ object }) => object.uid));
    const limit = syncLimits.recordsPageMax;
    let after: string | undefined = '';
    while (after !== undefined) {
      const page = await records.list(syncKind.resource, { after, limit });
      for (const { uid, facts } of page) {
        const sync = parseSyncRecord(facts)?.sync;
        if (sync !== undefined && !known.has(uid)) onFound({ uid, ...sync });
      }
      after = page.length < limit ? undefined : page.at(-1)?.uid;
    }
  }
}
