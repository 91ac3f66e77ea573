import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import type { Fingerprints } from '../domain/plan-sync.js';
import { parseSyncRecord, type SyncRecord } from '../domain/sync-record.js';
import { syncKind } from '../domain/sync-spec.js';
import type { SyncMemory } from './sync-round.js';

type Records = Pick<ObjectRecords, 'get' | 'saveFacts'>;

/**
 * Memory of a sync in the database. What is remembered of another place counts as nothing: no
 * deletion follows from a changed reference.
 */
export class RecordedMemory implements SyncMemory {
  readonly #records: Records;
  readonly #uid: string;
  readonly #place: string;
  /** Record as read; undefined: not read yet, null: there is none. */
  #known: SyncRecord | null | undefined;

  /** `place`: hash of the store, the name in it and the Secret. */
  constructor(records: Records, { uid, place }: { readonly uid: string; readonly place: string }) {
    this.#records = records;
    this.#uid = uid;
    this.#place = place;
  }

  /** Throws Unavailable. */
  async base(): Promise<Fingerprints | undefined> {
    const record = await this.#records.get(this.#uid);
    this.#known = parseSyncRecord(record?.facts) ?? null;
    if (this.#known?.place !== this.#place) return undefined;
    return new Map(this.#known.base);
  }

  /** Throws Unavailable if the database cannot be used. */
  async save(base: Fingerprints): Promise<boolean> {
    const object = { uid: this.#uid, resource: syncKind.resource };
    const after: SyncRecord = { place: this.#place, base: [...base] };
    const facts = { before: this.#known ?? null, after };
    if (!(await this.#records.saveFacts(object, facts))) return false;
    this.#known = after;
    return true;
  }
}
