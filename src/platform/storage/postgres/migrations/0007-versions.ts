import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Reserves space in the page for updates of rows that every version changes. */
export const versionsMigration: Migration = {
  async up(db) {
    await createHistories(db);
    await createVersions(db);
    await sql`CREATE TABLE version_payloads (
      id BIGINT PRIMARY KEY REFERENCES secret_versions (id) ON DELETE CASCADE,
      key_id TEXT COLLATE "C" NOT NULL, wrapped_key BYTEA NOT NULL,
      ciphertext BYTEA NOT NULL)`.execute(db);
    // Ciphertext cannot be compressed.
    await sql`ALTER TABLE version_payloads ALTER COLUMN ciphertext SET STORAGE EXTERNAL`.execute(
      db,
    );
    await sql`CREATE INDEX version_payloads_key ON version_payloads (key_id)`.execute(db);
    await sql`CREATE TABLE version_aliases (
      history_id BIGINT NOT NULL, alias TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL,
      PRIMARY KEY (history_id, alias),
      FOREIGN KEY (history_id, version) REFERENCES secret_versions (history_id, version)
        ON DELETE CASCADE)`.execute(db);
    await sql`CREATE INDEX version_aliases_of ON version_aliases (history_id, version)`.execute(db);
    await sql`CREATE TABLE watch_cursors (
      name TEXT COLLATE "C" PRIMARY KEY, resource_version TEXT NOT NULL)`.execute(db);
    await sql`CREATE TABLE encryption_keys (
      id TEXT COLLATE "C" PRIMARY KEY, provider TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('active', 'decrypt-only', 'retired')),
      created_ms BIGINT NOT NULL, wraps BIGINT NOT NULL, canary BYTEA NOT NULL,
      wrapped BYTEA)`.execute(db);
  },
};

async function createHistories(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE history_namespaces (
    namespace_uid TEXT COLLATE "C" PRIMARY KEY, bytes BIGINT NOT NULL)
    WITH (fillfactor = 50)`.execute(db);
  await sql`CREATE TABLE secret_histories (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, namespace_uid TEXT COLLATE "C" NOT NULL,
    namespace TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL,
    last_version BIGINT NOT NULL, current_version BIGINT, previous_version BIGINT,
    pending_version BIGINT, secret_uid TEXT COLLATE "C" NOT NULL, resource_version TEXT NOT NULL,
    deleted_ms BIGINT, pruned_version BIGINT, pruned_uid TEXT COLLATE "C",
    pruned_resource_version TEXT, UNIQUE (namespace_uid, name))
    WITH (fillfactor = 80)`.execute(db);
  await sql`CREATE INDEX secret_histories_name
    ON secret_histories (namespace, name, id)`.execute(db);
  await sql`CREATE INDEX secret_histories_live ON secret_histories (namespace_uid, id)
    WHERE deleted_ms IS NULL`.execute(db);
  await sql`CREATE INDEX secret_histories_deleted ON secret_histories (namespace_uid, name)
    WHERE deleted_ms IS NOT NULL`.execute(db);
  await sql`CREATE INDEX secret_histories_gone ON secret_histories (namespace_uid, deleted_ms)
    WHERE deleted_ms IS NOT NULL`.execute(db);
}

async function createVersions(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE secret_versions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    history_id BIGINT NOT NULL REFERENCES secret_histories (id), version BIGINT NOT NULL,
    namespace_uid TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('live', 'deleted', 'destroyed')),
    held INTEGER NOT NULL, secret_uid TEXT COLLATE "C" NOT NULL,
    resource_version TEXT COLLATE "C" NOT NULL, type TEXT NOT NULL, immutable INTEGER NOT NULL,
    labels TEXT NOT NULL, keys TEXT NOT NULL,
    annotations TEXT NOT NULL, door TEXT NOT NULL, username TEXT, user_kind TEXT,
    credential_id TEXT, reason TEXT, audit_id TEXT, field_manager TEXT, is_gap INTEGER NOT NULL,
    is_retired INTEGER NOT NULL, created_ms BIGINT NOT NULL, ended_ms BIGINT, since_ms BIGINT,
    until_ms BIGINT, bytes BIGINT NOT NULL, fingerprint BYTEA NOT NULL,
    UNIQUE (history_id, version), UNIQUE (secret_uid, resource_version))`.execute(db);
  await sql`CREATE INDEX secret_versions_quota ON secret_versions (namespace_uid, id)
    WHERE held = 0 AND state <> 'destroyed'`.execute(db);
}
