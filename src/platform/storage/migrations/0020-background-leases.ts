import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Leases of background work that one process does for all. */
export const backgroundLeasesMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE background_leases (
      name TEXT PRIMARY KEY, holder TEXT NOT NULL, until_ms INTEGER NOT NULL)
      STRICT, WITHOUT ROWID`.execute(db);
  },
};
