import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** State of custom resources in addition to their objects in the cluster. */
export const customResourcesMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE custom_resources (
      uid TEXT COLLATE "C" PRIMARY KEY, resource TEXT NOT NULL,
      spec_hash TEXT, author TEXT, author_mac BYTEA,
      facts TEXT, facts_mac BYTEA)`.execute(db);
  },
};
