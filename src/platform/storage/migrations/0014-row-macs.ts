import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `state_mac` is text (base64), because a value list in SQLite has no type for bytes. */
const COLUMNS = [
  ['access_tokens', 'mac'],
  ['revoked_tokens', 'mac'],
  ['idempotency_records', 'mac'],
  ['rotation_policies', 'author_mac'],
  ['rotation_policies', 'schedule_mac'],
  ['rotation_runs', 'mac'],
  ['rotation_runs', 'wish_mac'],
  ['secret_histories', 'digest'],
  ['secret_histories', 'mac'],
  ['secret_versions', 'mac'],
  ['secret_versions', 'state_mac'],
  ['version_aliases', 'mac'],
  ['watch_cursors', 'mac'],
] as const;

/** Adds a MAC to rows that decisions depend on, in both dialects, each with its type of bytes. */
export function rowMacsMigration(bytesType: 'BLOB' | 'BYTEA'): Migration {
  return {
    async up(db) {
      for (const [table, column] of COLUMNS) {
        const type = sql.raw(column === 'state_mac' ? 'TEXT' : bytesType);
        await sql`ALTER TABLE ${sql.table(table)} ADD COLUMN ${sql.ref(column)} ${type}`.execute(
          db,
        );
      }
    },
  };
}
