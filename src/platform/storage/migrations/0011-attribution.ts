import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** To whom and to what a version is to be attributed. The same in both dialects. */
export const attributionMigration: Migration = {
  async up(db) {
    await sql`ALTER TABLE secret_versions ADD COLUMN on_behalf_of TEXT`.execute(db);
    await sql`ALTER TABLE secret_versions ADD COLUMN restored_from INTEGER`.execute(db);
  },
};
