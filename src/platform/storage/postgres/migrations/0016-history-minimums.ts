import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Size of each history, since the largest is pruned first, and what it had no room for. No column
 * of `secret_versions` has this name: an earlier version of the gateway joins both tables.
 */
export const historyMinimumsMigration: Migration = {
  async up(db) {
    await sql`ALTER TABLE secret_histories ADD COLUMN missed_resource_version TEXT`.execute(db);
    await sql`ALTER TABLE secret_histories
      ADD COLUMN history_bytes BIGINT NOT NULL DEFAULT 0`.execute(db);
    await sql`UPDATE secret_histories SET history_bytes = coalesce((
      SELECT sum(secret_versions.bytes) FROM secret_versions
      WHERE secret_versions.history_id = secret_histories.id), 0)`.execute(db);
    await sql`CREATE INDEX secret_histories_largest
      ON secret_histories (namespace_uid, history_bytes DESC, id)`.execute(db);
  },
};
