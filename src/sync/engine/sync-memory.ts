import { randomUUID } from 'node:crypto';
import type { ObjectRecords } from '../../custom-resources/domain/object-records.js';
import { nothingRemembered, type Remembered, type SyncMemory } from '../domain/sync-memory.js';
import { parseSyncRecord, recordOf, rememberedIn, type SyncRecord } from '../domain/sync-record.js';
import { syncKind } from '../domain/sync-spec.js';

type Records = Pick<ObjectRecords, 'get' | 'saveFacts'>;

export interface RecordedMemoryOptions {
  readonly object: { readonly uid: string; readonly namespace: string; readonly name: string };
  readonly place: string;
}

/**
 * Memory of a sync in the database. What is remembered of another place counts as nothing: no
 * deletion follows from a changed reference.
 */
export class RecordedMemory implements SyncMemory {
  readonly #records: Records;
  readonly #uid: string;
  readonly #place: string;
  readonly #sync: NonNullable<SyncRecord['sync']>;
  /** Record as read; undefined: not read yet, null: there is none. */
  #known: SyncRecord | null | undefined;

  /** `place`: hash of the store, the name in it and the Secret. */
  constructor(records: Records, { object, place }: RecordedMemoryOptions) {
    this.#records = records;
    this.#uid = object.uid;
    this.#place = place;
    this.#sync = { namespace: object.namespace, name: object.name };
  }

  async recall(): Promise<Remembered> {
    const record = await this.#records.get(this.#uid);
    this.#known = parseSyncRecord(record?.facts) ?? null;
    return this.#known?.place === this.#place ? rememberedIn(this.#known) : nothingRemembered;
  }

  /** Throws Unavailable if the database cannot be used. */
  async save(remembered: Remembered): Promise<boolean> {
    const object = { uid: this.#uid, resource: syncKind.resource };
    const after = recordOf(remembered, {
      ...{ place: this.#place, sync: this.#sync },
      saved: randomUUID(),
    });
    const facts = { before: this.#known ?? null, after };
    if (!(await this.#records.saveFacts(object, facts))) return false;
    this.#known = after;
    return true;
  }
}
