import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const INDEXES = [
  'namespace',
  'secret',
  'user',
  'credential_id',
  'source_ip',
  'action',
  'code',
  'plane',
  'refused',
  'time',
  'of_id',
  'call',
  'secret_of',
  'reported',
];
/** Columns whose contents the event also has. */
const COLUMNS = [
  'audit_id',
  'time_ms',
  'user',
  'action',
  'outcome',
  'code',
  'plane',
  'groups',
  'keys',
  'marks',
];

/**
 * Moves columns that only searches need to a separate database, built from the log. Columns stay,
 * and are empty in new entries: dropping them would rewrite the whole table.
 */
export const auditSearchIndexMigration: Migration = {
  async up(db) {
    // Zeros in place of indexes would be written twice, and their source events stay anyway.
    // https://www.sqlite.org/pragma.html#pragma_secure_delete
    await sql`PRAGMA secure_delete = FAST`.execute(db);
    await sql`ALTER TABLE audit_entries ADD COLUMN written_ms INTEGER`.execute(db);
    await keepLate(db);
    for (const name of INDEXES) {
      await sql`DROP INDEX ${sql.id(`audit_entries_${name}`)}`.execute(db);
    }
    await sql`DROP TABLE audit_names`.execute(db);
    for (const name of COLUMNS) {
      await sql`ALTER TABLE audit_entries ALTER COLUMN ${sql.id(name)} DROP NOT NULL`.execute(db);
    }
    // The few events about the log itself, which are read before there is an index.
    await sql`CREATE INDEX audit_entries_gone ON audit_entries (call_index)
      WHERE action IN ('audit.prune', 'audit.acceptRollback')
      AND stage NOT IN ('intent', 'joined')`.execute(db);
    await sql`PRAGMA secure_delete = ON`.execute(db);
  },
};

/** Sets older entries' write time to their event time, except for late entries. */
async function keepLate(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TRIGGER audit_entries_no_update`.execute(db);
  await sql`UPDATE audit_entries SET written_ms = time_ms + 60001
    WHERE leaf_index IN (SELECT leaf_index FROM audit_names WHERE kind = 'late')`.execute(db);
  await sql`CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END`.execute(db);
}
