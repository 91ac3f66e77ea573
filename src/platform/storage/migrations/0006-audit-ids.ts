import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Anybody may send the API server the same id again and again: what is asked about one id must not
 * be slower for what else there is under it. The same in both dialects.
 */
export const auditIdsMigration: Migration = {
  async up(db) {
    await sql`CREATE INDEX audit_entries_of_id
      ON audit_entries (audit_id, source, time_ms)`.execute(db);
    await sql`DROP INDEX audit_entries_audit_id`.execute(db);
  },
};
