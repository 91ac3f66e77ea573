import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const INSERTED_ONLY = ['audit_tiles', 'audit_checkpoints'];
const PRUNABLE = ['audit_entries', 'audit_names'];

export const auditLogMigration: Migration = {
  async up(db) {
    await sql`CREATE TABLE audit_names (
      kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('key', 'group', 'mark', 'upstream', 'late')),
      name TEXT COLLATE "C" NOT NULL, call_index BIGINT NOT NULL, leaf_index BIGINT NOT NULL,
      PRIMARY KEY (kind, name, call_index, leaf_index))`.execute(db);
    await sql`CREATE TABLE audit_tiles (
      level INTEGER NOT NULL, tile_index BIGINT NOT NULL,
      hashes BYTEA NOT NULL CHECK (length(hashes) = 8192),
      PRIMARY KEY (level, tile_index))`.execute(db);
    await sql`CREATE TABLE audit_checkpoints (
      size BIGINT PRIMARY KEY, root BYTEA NOT NULL CHECK (length(root) = 32),
      note TEXT NOT NULL, signed_ms BIGINT NOT NULL)`.execute(db);
    await sql`CREATE TABLE audit_outbox (
      sink TEXT COLLATE "C" PRIMARY KEY, next_index BIGINT NOT NULL,
      lease_owner TEXT, lease_until_ms BIGINT NOT NULL DEFAULT 0)`.execute(db);
    await sql`CREATE TABLE audit_dead_letters (
      sink TEXT COLLATE "C" NOT NULL, leaf_index BIGINT NOT NULL, reason TEXT NOT NULL,
      time_ms BIGINT NOT NULL, PRIMARY KEY (sink, leaf_index))`.execute(db);
    await guard(db);
  },
};

/** Prevents changes of recorded data; entries are deleted only below the head's pruned position. */
async function guard(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit log is never changed'; END $$`.execute(db);
  await sql`CREATE FUNCTION audit_refuse_unpruned() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF OLD.leaf_index >= (SELECT pruned_below FROM audit_head WHERE id = 1) THEN
        RAISE EXCEPTION 'the audit log is pruned from its beginning only';
      END IF;
      RETURN OLD;
    END $$`.execute(db);
  await sql`CREATE FUNCTION audit_refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.size < OLD.size OR NEW.pruned_below < OLD.pruned_below THEN
        RAISE EXCEPTION 'the audit log never shrinks';
      END IF;
      RETURN NEW;
    END $$`.execute(db);
  for (const table of PRUNABLE) {
    await refuse(db, table, 'UPDATE OR TRUNCATE');
    await sql`CREATE TRIGGER audit_pruned BEFORE DELETE ON ${sql.table(table)}
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_unpruned()`.execute(db);
  }
  for (const table of INSERTED_ONLY) await refuse(db, table, 'UPDATE OR DELETE OR TRUNCATE');
  await refuse(db, 'audit_head', 'DELETE OR TRUNCATE');
  await sql`CREATE TRIGGER audit_grows BEFORE UPDATE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_shrinking()`.execute(db);
}

async function refuse(db: Kysely<unknown>, table: string, events: string): Promise<void> {
  await sql`CREATE TRIGGER audit_unchanged BEFORE ${sql.raw(events)} ON ${sql.table(table)}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`.execute(db);
}
