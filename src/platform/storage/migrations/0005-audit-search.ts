import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const LISTED = sql`stage NOT IN ('intent', 'joined')`;

/**
 * One Secret is asked for more than anything else, and neither its namespace nor its name need be
 * rare; what the cluster reported is rare. The same in both dialects: SQLite needs the stage.
 */
export const auditSearchMigration: Migration = {
  async up(db) {
    await sql`CREATE INDEX audit_entries_secret_of
      ON audit_entries (namespace, secret, call_index, stage) WHERE ${LISTED}`.execute(db);
    await sql`CREATE INDEX audit_entries_reported ON audit_entries (source, call_index, stage)
      WHERE ${LISTED} AND source <> 'gateway'`.execute(db);
  },
};
