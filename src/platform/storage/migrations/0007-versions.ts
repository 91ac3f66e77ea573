import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Stores a version's metadata apart from its sealed values, which are large. */
export const versionsMigration: Migration = {
  async up(db) {
    await createHistories(db);
    await createVersions(db);
    await sql`CREATE TABLE version_payloads (
      id INTEGER PRIMARY KEY REFERENCES secret_versions (id) ON DELETE CASCADE,
      key_id TEXT NOT NULL, wrapped_key BLOB NOT NULL, ciphertext BLOB NOT NULL) STRICT`.execute(
      db,
    );
    await sql`CREATE INDEX version_payloads_key ON version_payloads (key_id)`.execute(db);
    await sql`CREATE TABLE version_aliases (
      history_id INTEGER NOT NULL, alias TEXT NOT NULL, version INTEGER NOT NULL,
      PRIMARY KEY (history_id, alias),
      FOREIGN KEY (history_id, version) REFERENCES secret_versions (history_id, version)
        ON DELETE CASCADE) STRICT, WITHOUT ROWID`.execute(db);
    await sql`CREATE INDEX version_aliases_of ON version_aliases (history_id, version)`.execute(db);
    await sql`CREATE TABLE watch_cursors (
      name TEXT PRIMARY KEY, resource_version TEXT NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
    await sql`CREATE TABLE encryption_keys (
      id TEXT PRIMARY KEY, provider TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('active', 'decrypt-only', 'retired')),
      created_ms INTEGER NOT NULL, wraps INTEGER NOT NULL, canary BLOB NOT NULL,
      wrapped BLOB) STRICT, WITHOUT ROWID`.execute(db);
  },
};

async function createHistories(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE history_namespaces (
    namespace_uid TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE secret_histories (
    id INTEGER PRIMARY KEY AUTOINCREMENT, namespace_uid TEXT NOT NULL, namespace TEXT NOT NULL,
    name TEXT NOT NULL, last_version INTEGER NOT NULL, current_version INTEGER,
    previous_version INTEGER, pending_version INTEGER, secret_uid TEXT NOT NULL,
    resource_version TEXT NOT NULL, deleted_ms INTEGER, pruned_version INTEGER, pruned_uid TEXT,
    pruned_resource_version TEXT, UNIQUE (namespace_uid, name)) STRICT`.execute(db);
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
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    history_id INTEGER NOT NULL REFERENCES secret_histories (id), version INTEGER NOT NULL,
    namespace_uid TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'deleted', 'destroyed')),
    held INTEGER NOT NULL, secret_uid TEXT NOT NULL, resource_version TEXT NOT NULL,
    type TEXT NOT NULL, immutable INTEGER NOT NULL, labels TEXT NOT NULL, keys TEXT NOT NULL,
    annotations TEXT NOT NULL,
    door TEXT NOT NULL, username TEXT, user_kind TEXT, credential_id TEXT, reason TEXT,
    audit_id TEXT, field_manager TEXT, is_gap INTEGER NOT NULL, is_retired INTEGER NOT NULL,
    created_ms INTEGER NOT NULL, ended_ms INTEGER, since_ms INTEGER, until_ms INTEGER,
    bytes INTEGER NOT NULL, fingerprint BLOB NOT NULL,
    UNIQUE (history_id, version), UNIQUE (secret_uid, resource_version)) STRICT`.execute(db);
  await sql`CREATE INDEX secret_versions_quota ON secret_versions (namespace_uid, id)
    WHERE held = 0 AND state <> 'destroyed'`.execute(db);
}
