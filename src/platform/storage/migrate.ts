import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/migrations.js';
import { nodeSqliteDialect } from './node-sqlite.js';

/** Migrates the schema completely or not at all; throws the failing migration's error. */
export async function migrate(database: DatabaseSync): Promise<void> {
  // Not destroyed: that would close a connection that belongs to the caller.
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(database) });
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  // Data that a migration deletes stays neither in the file nor in SQLite's temporary files.
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
