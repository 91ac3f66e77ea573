import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { StorageError } from '../storage-error.js';
import { GuardedPool } from './guarded-pool.js';
import { migrations } from './migrations/migrations.js';
import { paces } from './paces.js';
import { sqlState } from './postgres-error.js';

const NO_PRIVILEGE = '42501';
const NO_TABLE = '42P01';
const CONNECTIONS_MAX = 2;

/**
 * Migrates the schema completely or not at all; a concurrent start waits. If nothing is pending,
 * the role needs no right to migrate. Throws StorageError if a migration fails.
 */
export async function migratePostgres(url: string, server: string): Promise<void> {
  const pool = new GuardedPool(url, paces.migration, { max: CONNECTIONS_MAX });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    if ((await pending(db)).length > 0) await migrate(db);
  } catch (error) {
    if (sqlState(error) !== NO_PRIVILEGE) throw error;
    throw new StorageError(
      `the database ${server} is not prepared for this role: start the gateway once as the role ` +
        'that owns it, then apply deploy/postgres/roles.sql again',
      { cause: error },
    );
  } finally {
    await db.destroy();
  }
}

/** Returns migrations that the database lacks. It may have more if a newer version also runs. */
async function pending(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration`
    .execute(db)
    .catch((error: unknown) => {
      if (sqlState(error) === NO_TABLE) return { rows: [] };
      throw error;
    });
  const seen = new Set(rows.map(({ name }) => name));
  return Object.keys(migrations).filter((name) => !seen.has(name));
}

async function migrate(db: Kysely<unknown>): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
  // Kysely takes an advisory lock that ends with the transaction, and runs all in that.
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) {
    throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
  }
}
