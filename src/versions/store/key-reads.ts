import { type Kysely, sql } from 'kysely';
import { limits } from '../../core/limits.js';
import { useIn } from '../../encryption/key-use.js';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { HistoryRef } from '../domain/version.js';
import type { StoredVersion } from '../domain/versions.store.js';
import { METADATA_COLUMNS, metadataOf, payloadOf, type VersionRow } from './version-rows.js';

export type WrappedVersion = HistoryRef & StoredVersion & { readonly historyId: number };

interface VersionPosition {
  readonly historyId: number;
  readonly version: number;
}

/** Reads wrapped keys, and their amounts. */
export class KeyReads {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Returns versions under keys other than this key, by (history, version), without their aliases.
   * Returns fewer if they are large, none if there are none.
   */
  async wrappedOtherwise(
    keyId: string,
    after: VersionPosition,
    limit: number,
  ): Promise<readonly WrappedVersion[]> {
    const rows = await this.#database.query(async (db) => {
      const found = await sizesOf(db, keyId, after, limit);
      const ids = withinBytes(found, limits.versionReadBytesMax);
      return ids.length === 0 ? [] : wrappedRows(db, ids);
    }, 'work');
    return rows.toSorted(inOrder).map((row) => ({
      ...metadataOf(row),
      historyId: row.history_id,
      namespaceUid: row.namespace_uid,
      namespace: row.namespace,
      name: row.name,
      aliases: [],
      payload: payloadOf(row),
    }));
  }

  /** Returns how many versions each key wraps. */
  keyUse(): Promise<ReadonlyMap<string, number>> {
    return useIn(this.#database, 'version_payloads');
  }

  /** Returns the bytes of all histories. */
  async bytes(): Promise<number> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('history_namespaces')
        .select((eb) => eb.fn.sum('bytes').as('bytes'))
        .executeTakeFirst(),
    );
    return Number(row?.bytes ?? 0);
  }
}

function sizesOf(
  db: Kysely<Schema>,
  keyId: string,
  { historyId, version }: VersionPosition,
  limit: number,
): Promise<readonly Sized[]> {
  return db
    .selectFrom('secret_versions as v')
    .innerJoin('version_payloads as p', 'p.id', 'v.id')
    .select(['v.id', 'v.bytes'])
    .where('p.key_id', '<>', keyId)
    .where(sql<boolean>`(v.history_id, v.version) > (${historyId}, ${version})`)
    .orderBy('v.history_id')
    .orderBy('v.version')
    .limit(limit)
    .execute();
}

interface Sized {
  readonly id: number;
  readonly bytes: number;
}

/** Returns the first ids of this number of bytes; at least one. */
function withinBytes(found: readonly Sized[], bytesMax: number): readonly number[] {
  let sum = 0;
  const end = found.findIndex(({ bytes }, index) => (sum += bytes) > bytesMax && index > 0);
  return found.slice(0, end === -1 ? undefined : end).map(({ id }) => id);
}

/** Returns unsorted rows: to sort them, SQLite would write as many bytes to a temporary file. */
function wrappedRows(db: Kysely<Schema>, ids: readonly number[]) {
  return db
    .selectFrom('secret_versions as v')
    .innerJoin('version_payloads as p', 'p.id', 'v.id')
    .innerJoin('secret_histories as h', 'h.id', 'v.history_id')
    .select(METADATA_COLUMNS.map((column) => `v.${column}` as const))
    .select([
      'v.history_id',
      'v.namespace_uid',
      'p.key_id',
      'p.wrapped_key',
      'p.ciphertext',
      'h.namespace',
      'h.name',
    ])
    .where('v.id', 'in', ids)
    .execute();
}

function inOrder(
  one: Pick<VersionRow, 'history_id' | 'version'>,
  other: Pick<VersionRow, 'history_id' | 'version'>,
): number {
  return one.history_id - other.history_id || one.version - other.version;
}
