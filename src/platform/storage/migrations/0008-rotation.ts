import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Stores sealed values apart from the rows that every step changes. */
export const rotationMigration: Migration = {
  async up(db) {
    await createRuns(db);
    await sql`CREATE TABLE rotation_values (
      run_id TEXT PRIMARY KEY REFERENCES rotation_runs (id) ON DELETE CASCADE,
      key_id TEXT NOT NULL, wrapped_key BLOB NOT NULL,
      ciphertext BLOB NOT NULL) STRICT`.execute(db);
    await sql`CREATE INDEX rotation_values_key ON rotation_values (key_id)`.execute(db);
    await sql`CREATE TABLE rotation_policies (
      policy_uid TEXT PRIMARY KEY, spec_hash TEXT, author TEXT,
      schedule_hash TEXT, next_run_ms INTEGER, last_due_ms INTEGER) STRICT, WITHOUT ROWID`.execute(
      db,
    );
    await createOutbox(db);
  },
};

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE rotation_runs (
    id TEXT PRIMARY KEY, namespace_uid TEXT NOT NULL,
    namespace TEXT NOT NULL, name TEXT NOT NULL,
    policy_uid TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    requested_by TEXT, reason TEXT,
    state TEXT NOT NULL, step TEXT NOT NULL,
    epoch INTEGER NOT NULL, attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL,
    retire_after_ms INTEGER NOT NULL, retire_at_ms INTEGER, wait_until_ms INTEGER,
    from_version INTEGER, to_version INTEGER, username TEXT, former_username TEXT,
    waiting_for TEXT, problem TEXT, wish TEXT,
    started_ms INTEGER NOT NULL, step_started_ms INTEGER NOT NULL, ended_ms INTEGER,
    holder TEXT, lease_until_ms INTEGER NOT NULL) STRICT`.execute(db);
  await sql`CREATE UNIQUE INDEX rotation_runs_active ON rotation_runs (namespace_uid, name)
    WHERE ended_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_runs_due ON rotation_runs (due_ms, id)
    WHERE ended_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_runs_of
    ON rotation_runs (namespace_uid, name, started_ms, id)`.execute(db);
}

async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE rotation_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
    run_id TEXT NOT NULL, namespace_uid TEXT NOT NULL,
    namespace TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
    body TEXT NOT NULL, created_ms INTEGER NOT NULL, next_try_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL, dead_ms INTEGER) STRICT`.execute(db);
  await sql`CREATE INDEX rotation_outbox_of ON rotation_outbox (namespace_uid, name, seq)
    WHERE dead_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_outbox_next ON rotation_outbox (next_try_ms, seq)
    WHERE dead_ms IS NULL`.execute(db);
  await sql`CREATE INDEX rotation_outbox_dead ON rotation_outbox (dead_ms, seq)
    WHERE dead_ms IS NOT NULL`.execute(db);
}
