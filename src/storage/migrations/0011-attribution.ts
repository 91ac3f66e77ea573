import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Who a version, or a keyed write, is to be attributed to. The same in both dialects. */
export const attributionMigration: Migration = {
  async up(db) {
    await sql`ALTER TABLE secret_versions ADD COLUMN on_behalf_of TEXT`.execute(db);
    await sql`ALTER TABLE secret_versions ADD COLUMN restored_from INTEGER`.execute(db);
    await sql`ALTER TABLE idempotency_records ADD COLUMN audit_id TEXT`.execute(db);
  },
};
