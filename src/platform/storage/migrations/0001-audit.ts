import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const INDEXED = ['namespace', 'secret', 'user', 'credential_id', 'source_ip', 'action'];

/**
 * `event` comes last, because SQLite walks a large row's overflow pages to read a later column. The
 * indexes end in the leaf index, so rows come newest first without a sort.
 */
export const auditMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE audit_entries (
      leaf_index INTEGER PRIMARY KEY, stage TEXT NOT NULL, audit_id TEXT NOT NULL,
      time_ms INTEGER NOT NULL, user TEXT NOT NULL, credential_id TEXT, namespace TEXT, secret TEXT,
      source_ip TEXT, action TEXT NOT NULL, outcome TEXT NOT NULL, code INTEGER NOT NULL,
      plane TEXT NOT NULL, groups TEXT NOT NULL, keys TEXT NOT NULL, marks TEXT NOT NULL,
      outcome_index INTEGER,
      leaf_hash BLOB NOT NULL, event BLOB NOT NULL) STRICT`.execute(db);
    for (const column of INDEXED) {
      await sql`CREATE INDEX ${sql.id(`audit_entries_${column}`)}
        ON audit_entries (${sql.id(column)}, leaf_index)
        WHERE stage <> 'outcome' AND ${sql.id(column)} IS NOT NULL`.execute(db);
    }
    await sql`CREATE INDEX audit_entries_refused ON audit_entries (outcome, leaf_index)
      WHERE stage <> 'outcome' AND outcome <> 'allowed'`.execute(db);
    await sql`CREATE INDEX audit_entries_open ON audit_entries (audit_id)
      WHERE stage = 'intent' AND outcome_index IS NULL`.execute(db);
    await guardEntries(db);
    await sql`CREATE TABLE audit_head
      (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL) STRICT`.execute(db);
    await sql`INSERT INTO audit_head (id, size) VALUES (1, 0)`.execute(db);
  },
};

/** Prevents changes of recorded data: only an intent's listing columns follow its outcome. */
async function guardEntries(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TRIGGER audit_entries_no_update
    BEFORE UPDATE OF leaf_index, stage, audit_id, leaf_hash, event ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END`.execute(db);
  await sql`CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END`.execute(db);
}
