import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { nowSql } from '../../now-sql.js';

const HOUR_MS = 3_600_000;
/** `pg_temp` is named, and last: if it is not named, it precedes everything. */
const PATH = sql`SET search_path = pg_catalog, pg_temp`;
const TRIGGERS: Readonly<Record<string, readonly string[]>> = {
  audit_entries: ['audit_unchanged', 'audit_pruned'],
  audit_names: ['audit_unchanged', 'audit_pruned'],
  audit_tiles: ['audit_unchanged'],
  audit_checkpoints: ['audit_unchanged', 'audit_thinned'],
  audit_head: ['audit_unchanged', 'audit_grows'],
};
const FUNCTIONS = [
  'audit_refuse',
  'audit_refuse_unpruned',
  'audit_refuse_shrinking',
  'audit_refuse_unthinned',
];

/**
 * Makes the audit log's guards use its own tables, whatever tables, functions or operators a
 * session creates; no replication role disables them.
 */
export const guardsWithoutShadowsMigration: Migration = {
  async up(db) {
    const schema = await schemaOfTables(db);
    await guardPruning(db, schema);
    await guardThinning(db, schema);
    for (const name of ['audit_refuse', 'audit_refuse_shrinking']) {
      await sql`ALTER FUNCTION ${sql.id(schema, name)}() ${PATH}`.execute(db);
    }
    for (const name of FUNCTIONS) {
      await sql`REVOKE ALL ON FUNCTION ${sql.id(schema, name)}() FROM PUBLIC`.execute(db);
    }
    for (const [table, triggers] of Object.entries(TRIGGERS)) {
      for (const trigger of triggers) {
        await sql`ALTER TABLE ${sql.id(schema, table)}
          ENABLE ALWAYS TRIGGER ${sql.id(trigger)}`.execute(db);
      }
    }
  },
};

async function schemaOfTables(db: Kysely<unknown>): Promise<string> {
  const { rows } = await sql<{ schema: string }>`SELECT n.nspname AS schema
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = 'audit_entries'::regclass`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error('the schema of the audit log is not known');
  return found.schema;
}

/** Guards pruning: without a mark in the head, nothing counts as pruned. */
async function guardPruning(db: Kysely<unknown>, schema: string): Promise<void> {
  await sql`CREATE OR REPLACE FUNCTION ${sql.id(schema, 'audit_refuse_unpruned')}()
    RETURNS trigger LANGUAGE plpgsql ${PATH} AS $$
    BEGIN
      IF OLD.leaf_index >= coalesce(
        (SELECT pruned_below FROM ${sql.id(schema, 'audit_head')} WHERE id = 1), 0) THEN
        RAISE EXCEPTION 'the audit log is pruned from its beginning only';
      END IF;
      RETURN OLD;
    END $$`.execute(db);
}

async function guardThinning(db: Kysely<unknown>, schema: string): Promise<void> {
  await sql`CREATE OR REPLACE FUNCTION ${sql.id(schema, 'audit_refuse_unthinned')}()
    RETURNS trigger LANGUAGE plpgsql ${PATH} AS $$
    BEGIN
      IF OLD.signed_ms >= ${nowSql('postgres')} - ${sql.lit(HOUR_MS)}
        OR (SELECT signed_ms / ${sql.lit(HOUR_MS)} FROM ${sql.id(schema, 'audit_checkpoints')}
          WHERE size > OLD.size ORDER BY size LIMIT 1)
          IS DISTINCT FROM OLD.signed_ms / ${sql.lit(HOUR_MS)} THEN
        RAISE EXCEPTION 'checkpoints of the audit log are only thinned';
      END IF;
      RETURN OLD;
    END $$`.execute(db);
}
