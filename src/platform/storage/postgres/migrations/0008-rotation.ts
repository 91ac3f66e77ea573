import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Reserves space in the page for updates of rows that every step changes. */
export const rotationMigration: Migration = {
  async up(db) {
    await createRuns(db);
    await sql`CREATE TABLE rotation_values (
      run_id TEXT COLLATE "C" PRIMARY KEY REFERENCES rotation_runs (id) ON DELETE CASCADE,
      key_id TEXT COLLATE "C" NOT NULL, wrapped_key BYTEA NOT NULL,
      ciphertext BYTEA NOT NULL)`.execute(db);
    // Ciphertext cannot be compressed.
    await sql`ALTER TABLE rotation_values ALTER COLUMN ciphertext SET STORAGE EXTERNAL`.execute(db);
    await sql`CREATE INDEX rotation_values_key ON rotation_values (key_id)`.execute(db);
    await sql`CREATE TABLE rotation_policies (
      policy_uid TEXT COLLATE "C" PRIMARY KEY, spec_hash TEXT, author TEXT,
      schedule_hash TEXT, next_run_ms BIGINT, last_due_ms BIGINT)`.execute(db);
    await createOutbox(db);
  },
};

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE rotation_runs (
    id TEXT COLLATE "C" PRIMARY KEY, namespace_uid TEXT COLLATE "C" NOT NULL,
    namespace TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL,
    policy_uid TEXT COLLATE "C" NOT NULL,
    "trigger" TEXT NOT NULL,
    requested_by TEXT, reason TEXT,
    state TEXT NOT NULL, step TEXT NOT NULL,
    epoch BIGINT NOT NULL, attempts BIGINT NOT NULL, due_ms BIGINT NOT NULL,
    retire_after_ms BIGINT NOT NULL, retire_at_ms BIGINT, wait_until_ms BIGINT,
    from_version BIGINT, to_version BIGINT, username TEXT, former_username TEXT,
    waiting_for TEXT, problem TEXT, wish TEXT,
    started_ms BIGINT NOT NULL, step_started_ms BIGINT NOT NULL, ended_ms BIGINT,
    holder TEXT, lease_until_ms BIGINT NOT NULL) WITH (fillfactor = 70)`.execute(db);
  await sql`CREATE UNIQUE INDEX rotation_runs_active ON rotation_runs (namespace_uid, name)
    WHERE ended_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_runs_due ON rotation_runs (due_ms, id)
    WHERE ended_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_runs_of
    ON rotation_runs (namespace_uid, name, started_ms, id)`.execute(db);
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE rotation_outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL, namespace_uid TEXT COLLATE "C" NOT NULL,
    namespace TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL, created_ms BIGINT NOT NULL, next_try_ms BIGINT NOT NULL,
    attempts BIGINT NOT NULL, dead_ms BIGINT)`.execute(db);
  await sql`CREATE INDEX rotation_outbox_of ON rotation_outbox (namespace_uid, name, seq)
    WHERE dead_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_outbox_next ON rotation_outbox (next_try_ms, seq)
    WHERE dead_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_outbox_dead ON rotation_outbox (dead_ms, seq)
    WHERE dead_ms IS NOT NULL`.execute(db);
}
