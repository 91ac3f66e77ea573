import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const LISTED = sql`stage NOT IN ('intent', 'joined')`;

/**
 * Indexes one Secret, the most frequent filter, whose namespace and name may be common; reports of
 * the cluster are rare. Identical in both dialects, with the stage that SQLite needs.
 */
export const auditSearchMigration: Migration = {
  async up(db) {
    await sql`CREATE INDEX audit_entries_secret_of
      ON audit_entries (namespace, secret, call_index, stage) WHERE ${LISTED}`.execute(db);
    await sql`CREATE INDEX audit_entries_reported ON audit_entries (source, call_index, stage)
      WHERE ${LISTED} AND source <> 'gateway'`.execute(db);
  },
};
