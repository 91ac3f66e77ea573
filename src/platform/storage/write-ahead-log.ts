import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from './database.js';

/**
 * A connection whose commits do not move SQLite's write-ahead log into its database, unless that
 * has become very long: somebody waits for them. https://www.sqlite.org/wal.html#automatic_checkpoint
 */
export function leaveWriteAheadLog(sqlite: DatabaseSync): void {
  sqlite.exec(`PRAGMA wal_autocheckpoint = ${limits.writeAheadPagesMax}`);
}

/** Moves as much of it as nobody reads behind; holds up nobody but its own thread. */
export async function moveWriteAheadLog(database: Database): Promise<void> {
  if (database.dialect !== 'sqlite') return;
  await database.query((db) => sql`PRAGMA wal_checkpoint(PASSIVE)`.execute(db));
}
