import { isDeepStrictEqual } from 'node:util';
import type { ObjectRecord, ObjectRecords } from '../../custom-resources/domain/object-records.js';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import { importKind } from '../domain/import-spec.js';
import { type CopyRecord, parseCopyRecord } from './domain/copy-record.js';

type Records = Pick<ObjectRecords, 'list' | 'saveFacts' | 'remove' | 'get'>;

/** Recorded copies of imports, by uid of the import; one replica changes them. */
export class CopyRecords {
  readonly #records: Records;
  readonly #onFault: (error: unknown) => void;
  #known = new Map<string, CopyRecord>();

  constructor(records: Records, onFault: (error: unknown) => void) {
    this.#records = records;
    this.#onFault = onFault;
  }

  get all(): ReadonlyMap<string, CopyRecord> {
    return this.#known;
  }

  get(importUid: string): CopyRecord | undefined {
    return this.#known.get(importUid);
  }

  /**
   * Reads all records, because another replica may have changed them. Leaves out those of a version
   * that writes other members: their copies stay as they are. Throws Unavailable.
   */
  async load(): Promise<void> {
    const loaded = new Map<string, CopyRecord>();
    const { resource } = importKind;
    const rows = parsedRows(this.#records, { resource, parse: parseCopyRecord }, this.#onFault);
    for await (const [uid, record] of rows) loaded.set(uid, record);
    this.#known = loaded;
  }

  /**
   * Saves a record, unless it is the known one. Throws Unavailable if the database has another one
   * than the known one: that one is known then.
   */
  async save(importUid: string, record: CopyRecord): Promise<void> {
    const before = this.#known.get(importUid);
    if (isDeepStrictEqual(before, record)) return;
    const object = { uid: importUid, resource: importKind.resource };
    const facts = { before: before ?? null, after: record };
    if (!(await this.#records.saveFacts(object, facts))) {
      await this.#readAgain(importUid);
      const internal = 'the record of a copy was changed by another process';
      throw unavailable('another replica works on copies now', { internal });
    }
    this.#known.set(importUid, record);
  }

  /** Forgets what is recorded of an import that is not in the cluster any more. */
  async remove(importUid: string): Promise<void> {
    await this.#records.remove(importUid);
    this.#known.delete(importUid);
  }

  /** Reads what another process has saved, or this one without an answer of the database. */
  async #readAgain(importUid: string): Promise<void> {
    const record = parseCopyRecord((await this.#records.get(importUid))?.facts);
    if (record === undefined) this.#known.delete(importUid);
    else this.#known.set(importUid, record);
  }
}

/**
 * Reads what all rows of a kind state, page by page, by the uid of the object. Leaves out rows that
 * state nothing, and reports those that cannot be parsed. Throws Unavailable.
 */
export async function* parsedRows<T>(
  records: Pick<ObjectRecords, 'list'>,
  {
    resource,
    parse,
  }: {
    readonly resource: string;
    readonly parse: (facts: ObjectRecord['facts']) => T | undefined;
  },
  onFault: (error: unknown) => void,
): AsyncIterable<readonly [uid: string, parsed: T]> {
  for await (const { uid, facts } of rowsOf(records, resource)) {
    try {
      const parsed = parse(facts);
      if (parsed !== undefined) yield [uid, parsed];
    } catch (error) {
      onFault(error);
    }
  }
}

async function* rowsOf(
  records: Pick<ObjectRecords, 'list'>,
  resource: string,
): AsyncIterable<ObjectRecord> {
  const limit = shareLimits.recordsPageMax;
  let after = '';
  for (;;) {
    const page = await records.list(resource, { after, limit });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return;
    after = last.uid;
  }
}
