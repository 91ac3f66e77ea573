import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Adds a MAC to each entry of the audit log, and to the position of each sink. Earlier entries have
 * none, and are never changed: the head records from where on each has one.
 */
export function entryMacsMigration(bytesType: 'BLOB' | 'BYTEA'): Migration {
  const bytes = sql.raw(bytesType);
  const integer = sql.raw(bytesType === 'BLOB' ? 'INTEGER' : 'BIGINT');
  return {
    async up(db) {
      await sql`ALTER TABLE audit_entries ADD COLUMN mac ${bytes}`.execute(db);
      await sql`ALTER TABLE audit_head ADD COLUMN macs_from ${integer}`.execute(db);
      await sql`ALTER TABLE audit_head ADD COLUMN macs_mac ${bytes}`.execute(db);
      await sql`ALTER TABLE audit_outbox ADD COLUMN mac ${bytes}`.execute(db);
    },
  };
}
