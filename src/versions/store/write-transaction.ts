import { type Kysely, sql } from 'kysely';
import type { Database, QueryPace } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import { chunks } from './chunks.js';

/** How a transaction is committed. */
export interface CommitWish {
  /** `work` if absent. */
  readonly pace?: QueryPace;
  /**
   * SQLite need not wait for the disk: the next commit that does, such as that of the event
   * without which nobody is answered, takes this one along. A power cut before that takes the
   * place of the watch along as well, and so the state is told again.
   * https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly isSyncedLater?: boolean;
}

/**
 * A transaction that writes histories. On SQLite it has the file to itself from its beginning.
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
      // What a statement puts aside would stay on the disk after its file is gone.
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
    // Where SQLite has rolled back by itself there is nothing to roll back.
    await sql`ROLLBACK`.execute(connection).catch(() => undefined);
    throw error;
  }
}

/**
 * Has the histories of namespaces to itself for the rest of the transaction; to be its first
 * statement. In one order everywhere, so that nobody waits for somebody who waits for them.
 * Returns the bytes that each takes.
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

/** The same by a history; undefined where there is none. */
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

/** Adds to what a namespace takes; the caller has locked it. */
export async function addBytes(db: Kysely<Schema>, uid: string, bytes: number): Promise<void> {
  await db
    .updateTable('history_namespaces')
    .set((eb) => ({ bytes: eb('bytes', '+', bytes) }))
    .where('namespace_uid', '=', uid)
    .execute();
}

/** Adds to what a history takes; the caller has locked it. */
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
