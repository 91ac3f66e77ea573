import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { nowSql } from '../now-sql.js';

const HOUR_MS = 3_600_000;

/** Allows deletion only of a checkpoint over an hour old whose successor is of that hour. */
export const thinnedCheckpointsMigration: Migration = {
  async up(db) {
    await sql`DROP TRIGGER audit_checkpoints_no_delete`.execute(db);
    await sql`CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
      WHEN OLD.signed_ms >= ${nowSql('sqlite')} - ${sql.lit(HOUR_MS)}
        OR (SELECT signed_ms / ${sql.lit(HOUR_MS)} FROM audit_checkpoints
          WHERE size > OLD.size ORDER BY size LIMIT 1)
          IS NOT OLD.signed_ms / ${sql.lit(HOUR_MS)}
      BEGIN SELECT RAISE(ABORT, 'checkpoints of the audit log are only thinned'); END`.execute(db);
  },
};
