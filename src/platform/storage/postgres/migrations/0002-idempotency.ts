import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const SEED_BYTES = 32;

export const idempotencyMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE idempotency_records (
      credential_id TEXT COLLATE "C" NOT NULL, route TEXT COLLATE "C" NOT NULL,
      key TEXT COLLATE "C" NOT NULL, fingerprint BYTEA NOT NULL, state TEXT NOT NULL,
      boot_id TEXT NOT NULL, answer TEXT, created_ms BIGINT NOT NULL,
      PRIMARY KEY (credential_id, route, key))`.execute(db);
    await sql`CREATE INDEX idempotency_records_age ON idempotency_records (created_ms)`.execute(db);
    // The part of the fingerprint key that all replicas read from here.
    await sql`CREATE TABLE idempotency_seed (
      id INTEGER PRIMARY KEY CHECK (id = 1), seed BYTEA NOT NULL)`.execute(db);
    await sql`INSERT INTO idempotency_seed VALUES (1, ${randomBytes(SEED_BYTES)})`.execute(db);
  },
};
