import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const idempotencyMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE idempotency_records (
      credential_id TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL,
      fingerprint BLOB NOT NULL, state TEXT NOT NULL, boot_id TEXT NOT NULL, answer TEXT,
      created_ms INTEGER NOT NULL,
      PRIMARY KEY (credential_id, route, key)) STRICT, WITHOUT ROWID`.execute(db);
    await sql`CREATE INDEX idempotency_records_age ON idempotency_records (created_ms)`.execute(db);
  },
};
