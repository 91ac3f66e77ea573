import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Details of revoked tokens until their expiry, for callers who revoke one again. */
export const revokedTokensMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE revoked_tokens (
      id TEXT PRIMARY KEY, description TEXT NOT NULL,
      owner_username TEXT NOT NULL, owner_uid TEXT NOT NULL,
      subject TEXT NOT NULL, scope TEXT NOT NULL, parent_id TEXT,
      created_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, last_used_ms INTEGER,
      revoked_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID`.execute(db);
    await sql`CREATE INDEX revoked_tokens_owner
      ON revoked_tokens (owner_username, owner_uid, revoked_ms)`.execute(db);
    await sql`CREATE INDEX revoked_tokens_end ON revoked_tokens (expires_ms)`.execute(db);
  },
};
