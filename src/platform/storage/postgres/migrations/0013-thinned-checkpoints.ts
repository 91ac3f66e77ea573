import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { nowSql } from '../../now-sql.js';

const HOUR_MS = 3_600_000;

/** Allows deletion only of a checkpoint over an hour old whose successor is of that hour. */
export const thinnedCheckpointsMigration: Migration = {
  async up(db) {
    await sql`CREATE FUNCTION audit_refuse_unthinned() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.signed_ms >= ${nowSql('postgres')} - ${sql.lit(HOUR_MS)}
          OR (SELECT signed_ms / ${sql.lit(HOUR_MS)} FROM audit_checkpoints
            WHERE size > OLD.size ORDER BY size LIMIT 1)
            IS DISTINCT FROM OLD.signed_ms / ${sql.lit(HOUR_MS)} THEN
          RAISE EXCEPTION 'checkpoints of the audit log are only thinned';
        END IF;
        RETURN OLD;
      END $$`.execute(db);
    await sql`DROP TRIGGER audit_unchanged ON audit_checkpoints`.execute(db);
    await sql`CREATE TRIGGER audit_unchanged BEFORE UPDATE OR TRUNCATE ON audit_checkpoints
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`.execute(db);
    await sql`CREATE TRIGGER audit_thinned BEFORE DELETE ON audit_checkpoints
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_unthinned()`.execute(db);
  },
};
