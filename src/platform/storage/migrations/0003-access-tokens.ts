import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const accessTokensMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE access_tokens (
      id TEXT PRIMARY KEY, secret_hash BLOB NOT NULL, description TEXT NOT NULL,
      owner_username TEXT NOT NULL, owner_uid TEXT NOT NULL, subject TEXT NOT NULL,
      acting TEXT NOT NULL, scope TEXT NOT NULL, namespaces TEXT, parent_id TEXT,
      created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, last_used_ms INTEGER)
      STRICT, WITHOUT ROWID`.execute(db);
    await sql`CREATE INDEX access_tokens_owner
      ON access_tokens (owner_username, owner_uid)`.execute(db);
    await sql`CREATE INDEX access_tokens_age ON access_tokens (created_ms, id)`.execute(db);
    await sql`CREATE INDEX access_tokens_end ON access_tokens (expires_ms)`.execute(db);
    await sql`CREATE INDEX access_tokens_parent ON access_tokens (parent_id)
      WHERE parent_id IS NOT NULL`.execute(db);
  },
};
