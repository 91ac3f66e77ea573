import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from './database.js';

/**
 * Configures a connection whose commits do not move SQLite's write-ahead log into its database,
 * unless it is very long: callers wait for the commits.
 * https://www.sqlite.org/wal.html#automatic_checkpoint
 */
export function leaveWriteAheadLog(sqlite: DatabaseSync): void {
  sqlite.exec(`PRAGMA wal_autocheckpoint = ${limits.writeAheadPagesMax}`);
}

/** Moves the part of it that no reader needs; delays only its own thread. */
export async function moveWriteAheadLog(database: Database): Promise<void> {
  if (database.dialect !== 'sqlite') return;
  await database.query((db) => sql`PRAGMA wal_checkpoint(PASSIVE)`.execute(db));
}
