import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Adds the attribution of a version to a user and a source. Identical in both dialects. */
export const attributionMigration: Migration = {
  async up(db) {
    await sql`ALTER TABLE secret_versions ADD COLUMN on_behalf_of TEXT`.execute(db);
    await sql`ALTER TABLE secret_versions ADD COLUMN restored_from INTEGER`.execute(db);
  },
};
