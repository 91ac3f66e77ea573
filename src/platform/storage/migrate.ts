import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.js';
import { nodeSqliteDialect } from './node-sqlite.js';

/** Brings the schema up to date, all of it or nothing; throws what the failing migration threw. */
export async function migrate(database: DatabaseSync): Promise<void> {
  // Not destroyed: that would close a connection which belongs to the caller.
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(database) });
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  // What a migration takes away stays neither in the file nor in one that SQLite puts aside.
  database.exec('PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY');
  // Kysely runs SQLite migrations outside a transaction: a kill in the middle would leave tables
  // that the next start cannot create again.
  database.exec('BEGIN IMMEDIATE');
  try {
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) {
      throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
