import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Index of ids: anyone may repeat an id to the API server, and queries for an id must not slow down
 * for its other entries. Identical in both dialects.
 */
export const auditIdsMigration: Migration = {
  async up(db) {
    await sql`CREATE INDEX audit_entries_of_id
      ON audit_entries (audit_id, source, time_ms)`.execute(db);
    await sql`DROP INDEX audit_entries_audit_id`.execute(db);
  },
};
