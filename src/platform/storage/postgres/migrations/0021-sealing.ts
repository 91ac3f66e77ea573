import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Key pairs with which clients seal values; a row is never deleted. */
export const sealingMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE sealing_keys (
      generation BIGINT PRIMARY KEY, certificate TEXT NOT NULL, created_ms BIGINT NOT NULL,
      key_id TEXT NOT NULL, wrapped_key BYTEA NOT NULL, ciphertext BYTEA NOT NULL,
      mac BYTEA)`.execute(db);
  },
};
