import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Indexed columns of events; each index returns the newest first without a sort. */
const INDEXED = ['namespace', 'secret', 'user', 'credential_id', 'source_ip', 'action'];
/** Calls as they are listed; open intents are added. */
const LISTED = sql`stage NOT IN ('intent', 'joined')`;

/** Compares names by their bytes, as SQLite does, whatever the database's locale. */
export const auditMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE audit_entries (
      leaf_index BIGINT PRIMARY KEY, call_index BIGINT NOT NULL CHECK (call_index <= leaf_index),
      time_ms BIGINT NOT NULL, code INTEGER NOT NULL,
      stage TEXT COLLATE "C" NOT NULL
        CHECK (stage IN ('single', 'intent', 'outcome', 'joined')),
      audit_id TEXT COLLATE "C" NOT NULL, "user" TEXT COLLATE "C" NOT NULL,
      credential_id TEXT COLLATE "C", namespace TEXT COLLATE "C", secret TEXT COLLATE "C",
      source_ip TEXT COLLATE "C", action TEXT COLLATE "C" NOT NULL,
      outcome TEXT COLLATE "C" NOT NULL, plane TEXT COLLATE "C" NOT NULL,
      source TEXT COLLATE "C" NOT NULL, groups TEXT COLLATE "C" NOT NULL,
      keys TEXT COLLATE "C" NOT NULL, marks TEXT COLLATE "C" NOT NULL,
      leaf_hash BYTEA NOT NULL, event BYTEA NOT NULL)`.execute(db);
    for (const column of [...INDEXED, 'code', 'plane']) {
      await sql`CREATE INDEX ${sql.id(`audit_entries_${column}`)}
        ON audit_entries (${sql.id(column)}, call_index) WHERE ${LISTED}`.execute(db);
    }
    await sql`CREATE INDEX audit_entries_refused ON audit_entries (outcome, call_index)
      WHERE ${LISTED} AND outcome <> 'allowed'`.execute(db);
    await sql`CREATE INDEX audit_entries_time ON audit_entries (time_ms, stage)`.execute(db);
    await sql`CREATE INDEX audit_entries_audit_id ON audit_entries (audit_id)`.execute(db);
    await sql`CREATE INDEX audit_entries_call ON audit_entries (call_index)`.execute(db);
    await sql`CREATE UNIQUE INDEX audit_entries_listed ON audit_entries (call_index)
      WHERE ${LISTED}`.execute(db);
    await sql`CREATE INDEX audit_entries_intents ON audit_entries (call_index)
      WHERE stage = 'intent'`.execute(db);
    // Every append changes this row, whose next version should fit into its page.
    await sql`CREATE TABLE audit_head (
      id INTEGER PRIMARY KEY CHECK (id = 1), size BIGINT NOT NULL, pruned_below BIGINT NOT NULL,
      CHECK (pruned_below % 256 = 0 AND pruned_below <= size)) WITH (fillfactor = 20)`.execute(db);
    await sql`INSERT INTO audit_head (id, size, pruned_below) VALUES (1, 0, 0)`.execute(db);
  },
};
