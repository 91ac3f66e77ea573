import { type Kysely, sql } from 'kysely';
import type { Database, QueryPace } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import { chunks } from './chunks.js';

/** Options of a commit. */
export interface CommitWish {
  /** `work` if absent. */
  readonly pace?: QueryPace;
  /**
   * Lets SQLite commit without waiting for the disk. The next synced commit, such as the commit of
   * the event without which no response is sent, also syncs this commit. A power cut before that
   * also loses the watch position, and so the state is sent again.
   * https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly isSyncedLater?: boolean;
}

/**
 * Runs a transaction that writes histories. On SQLite, it has the file to itself from its
 * beginning.
 */
export function writeHistories<T>(
  database: Database,
  run: (db: Kysely<Schema>) => Promise<T>,
  { pace = 'work', isSyncedLater = false }: CommitWish = {},
): Promise<T> {
  if (database.dialect === 'postgres') {
    return database.query((db) => db.transaction().execute(run), pace);
  }
  return database.query((db) =>
    db.connection().execute(async (connection) => {
      // Temporary data of a statement would stay on the disk after its file is deleted.
      await sql`PRAGMA temp_store = MEMORY`.execute(connection);
      if (!isSyncedLater) return writeAlone(connection, run);
      await sql`PRAGMA synchronous = NORMAL`.execute(connection);
      try {
        return await writeAlone(connection, run);
      } finally {
        await sql`PRAGMA synchronous = FULL`.execute(connection);
      }
    }),
  );
}

async function writeAlone<T>(
  connection: Kysely<Schema>,
  run: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  await sql`BEGIN IMMEDIATE`.execute(connection);
  try {
    const result = await run(connection);
    await sql`COMMIT`.execute(connection);
    return result;
  } catch (error) {
    // If SQLite has rolled back by itself, there is nothing to roll back.
    await sql`ROLLBACK`.execute(connection).catch(() => undefined);
    throw error;
  }
}

/**
 * Locks the histories of namespaces until the end of the transaction; must be its first statement.
 * All transactions use one order, so that there is no deadlock. Returns the bytes of each
 * namespace.
 */
export async function lockNamespaces(
  db: Kysely<Schema>,
  uids: Iterable<string>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const some of chunks([...new Set(uids)].toSorted())) {
    const rows = await db
      .insertInto('history_namespaces')
      .values(some.map((uid) => ({ namespace_uid: uid, bytes: 0 })))
      .onConflict((on) =>
        on
          .column('namespace_uid')
          .doUpdateSet((eb) => ({ bytes: eb.ref('history_namespaces.bytes') })),
      )
      .returningAll()
      .execute();
    for (const row of rows) found.set(row.namespace_uid, row.bytes);
  }
  return found;
}

/** Locks a history by its id; undefined if it does not exist. */
export async function lockHistory(db: Kysely<Schema>, historyId: number) {
  const found = await db
    .selectFrom('secret_histories')
    .select('namespace_uid')
    .where('id', '=', historyId)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  await lockNamespaces(db, [found.namespace_uid]);
  return db
    .selectFrom('secret_histories')
    .selectAll()
    .where('id', '=', historyId)
    .executeTakeFirst();
}

/** Adds to the size of a namespace; the caller has locked it. */
export async function addBytes(db: Kysely<Schema>, uid: string, bytes: number): Promise<void> {
  await db
    .updateTable('history_namespaces')
    .set((eb) => ({ bytes: eb('bytes', '+', bytes) }))
    .where('namespace_uid', '=', uid)
    .execute();
}

/** Adds to the size of a history; the caller has locked it. */
export async function addHistoryBytes(
  db: Kysely<Schema>,
  historyId: number,
  bytes: number,
): Promise<void> {
  await db
    .updateTable('secret_histories')
    .set((eb) => ({ history_bytes: eb('history_bytes', '+', bytes) }))
    .where('id', '=', historyId)
    .execute();
}
