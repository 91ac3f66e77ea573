import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { guardAuditLog } from './audit-guards.js';

/**
 * Indexed columns of events. Each index returns the newest first without a sort, and contains the
 * stage, because SQLite would otherwise look up the stage in every row.
 */
const INDEXED = ['namespace', 'secret', 'user', 'credential_id', 'source_ip', 'action'];
/** Calls as they are listed; open intents are added. */
const LISTED = sql`stage NOT IN ('intent', 'joined')`;

/**
 * Creates the log that never changes: an outcome refers to its intent, not the reverse. The entries
 * are copied, because SQLite can add columns only after the large column.
 */
export const auditLogMigration: Migration = {
  async up(db) {
    await createEntries(db);
    await copyEntries(db);
    await sql`DROP TABLE audit_entries`.execute(db);
    await sql`ALTER TABLE audit_entries_4 RENAME TO audit_entries`.execute(db);
    await indexEntries(db);
    await createNames(db);
    await sql`ALTER TABLE audit_head ADD COLUMN pruned_below INTEGER NOT NULL DEFAULT 0
      CHECK (pruned_below % 256 = 0 AND pruned_below <= size)`.execute(db);
    await createTreeAndSinks(db);
    await guardAuditLog(db);
  },
};

async function createEntries(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE audit_entries_4 (
    leaf_index INTEGER PRIMARY KEY,
    stage TEXT NOT NULL CHECK (stage IN ('single', 'intent', 'outcome', 'joined')),
    audit_id TEXT NOT NULL, call_index INTEGER NOT NULL, time_ms INTEGER NOT NULL,
    user TEXT NOT NULL, credential_id TEXT, namespace TEXT, secret TEXT, source_ip TEXT,
    action TEXT NOT NULL, outcome TEXT NOT NULL, code INTEGER NOT NULL, plane TEXT NOT NULL,
    source TEXT NOT NULL, groups TEXT NOT NULL, keys TEXT NOT NULL, marks TEXT NOT NULL,
    leaf_hash BLOB NOT NULL, event BLOB NOT NULL,
    CHECK (call_index <= leaf_index)) STRICT`.execute(db);
}

/** Copies entries; a second, unlinked outcome of a call stays in the log without being listed. */
async function copyEntries(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX audit_entries_intents ON audit_entries (audit_id)
    WHERE stage = 'intent'`.execute(db);
  await sql`INSERT INTO audit_entries_4
    SELECT e.leaf_index,
      CASE WHEN i.leaf_index IS NOT NULL AND i.outcome_index IS NOT e.leaf_index
        THEN 'joined' ELSE e.stage END,
      e.audit_id, coalesce(i.leaf_index, e.leaf_index), e.time_ms, e.user, e.credential_id,
      e.namespace, e.secret, e.source_ip, e.action, e.outcome, e.code, e.plane, 'gateway',
      e.groups, e.keys, e.marks, e.leaf_hash, e.event
    FROM audit_entries AS e LEFT JOIN audit_entries AS i
      ON e.stage = 'outcome' AND i.stage = 'intent' AND i.audit_id = e.audit_id
      AND i.leaf_index < e.leaf_index
    ORDER BY e.leaf_index`.execute(db);
}

async function indexEntries(db: Kysely<unknown>): Promise<void> {
  for (const column of [...INDEXED, 'code', 'plane']) {
    await sql`CREATE INDEX ${sql.id(`audit_entries_${column}`)}
      ON audit_entries (${sql.id(column)}, call_index, stage) WHERE ${LISTED}`.execute(db);
  }
  await sql`CREATE INDEX audit_entries_refused ON audit_entries (outcome, call_index, stage)
    WHERE ${LISTED} AND outcome <> 'allowed'`.execute(db);
  await sql`CREATE INDEX audit_entries_time ON audit_entries (time_ms, stage)`.execute(db);
  await sql`CREATE INDEX audit_entries_audit_id ON audit_entries (audit_id)`.execute(db);
  await sql`CREATE INDEX audit_entries_call ON audit_entries (call_index, stage)`.execute(db);
  await sql`CREATE UNIQUE INDEX audit_entries_listed ON audit_entries (call_index)
    WHERE ${LISTED}`.execute(db);
  await sql`CREATE INDEX audit_entries_intents ON audit_entries (call_index)
    WHERE stage = 'intent'`.execute(db);
}

async function createNames(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE audit_names (
    kind TEXT NOT NULL CHECK (kind IN ('key', 'group', 'mark', 'upstream', 'late')),
    name TEXT NOT NULL, call_index INTEGER NOT NULL, leaf_index INTEGER NOT NULL,
    PRIMARY KEY (kind, name, call_index, leaf_index)) STRICT, WITHOUT ROWID`.execute(db);
  for (const [kind, column] of Object.entries({ key: 'keys', group: 'groups', mark: 'marks' })) {
    await sql`INSERT OR IGNORE INTO audit_names
      SELECT ${sql.lit(kind)}, each.value, call_index, leaf_index FROM audit_entries AS e,
        json_each('["' || replace(trim(replace(replace(e.${sql.id(column)}, '\\', '\\\\'),
          '"', '\\"'), char(10)), char(10), '","') || '"]') AS each
      WHERE e.stage <> 'joined' AND e.${sql.id(column)} <> ''`.execute(db);
  }
  await sql`INSERT OR IGNORE INTO audit_names
    SELECT 'upstream', each.value, call_index, leaf_index FROM audit_entries AS e,
      json_each('["' || replace(e.event ->> '$.annotations."sallyport.dev/upstream-ids"',
        ',', '","') || '"]') AS each
    WHERE e.stage <> 'joined'
    AND e.event ->> '$.annotations."sallyport.dev/upstream-ids"' IS NOT NULL`.execute(db);
}

async function createTreeAndSinks(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE audit_tiles (
    level INTEGER NOT NULL, tile_index INTEGER NOT NULL,
    hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
    PRIMARY KEY (level, tile_index)) STRICT`.execute(db);
  await sql`CREATE TABLE audit_checkpoints (
    size INTEGER PRIMARY KEY, root BLOB NOT NULL CHECK (length(root) = 32), note TEXT NOT NULL,
    signed_ms INTEGER NOT NULL) STRICT`.execute(db);
  await sql`CREATE TABLE audit_outbox (
    sink TEXT PRIMARY KEY, next_index INTEGER NOT NULL, lease_owner TEXT,
    lease_until_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID`.execute(db);
  await sql`CREATE TABLE audit_dead_letters (
    sink TEXT NOT NULL, leaf_index INTEGER NOT NULL, reason TEXT NOT NULL,
    time_ms INTEGER NOT NULL, PRIMARY KEY (sink, leaf_index)) STRICT, WITHOUT ROWID`.execute(db);
}
