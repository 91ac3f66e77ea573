import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `pg_temp` is named, and last: if it is not named, it precedes everything. */
const PATH = sql`SET search_path = pg_catalog, pg_temp`;
const LINK = sql`hash BYTEA NOT NULL CHECK (length(hash) = 32),
  mac BYTEA NOT NULL CHECK (length(mac) = 32)`;

/** Queue of durable entries, to which a sequencer gives leaf indexes. */
export const auditQueueMigration: Migration = {
  async up(db) {
    // Rows that change with each batch; their next version should fit into the page.
    await sql`CREATE TABLE audit_chains (
      writer BIGINT PRIMARY KEY, sequence BIGINT NOT NULL, ${LINK},
      changed_ms BIGINT NOT NULL) WITH (fillfactor = 20)`.execute(db);
    await sql`CREATE TABLE audit_integrated (
      writer BIGINT PRIMARY KEY, sequence BIGINT NOT NULL, ${LINK})
      WITH (fillfactor = 20)`.execute(db);
    // Many rows come and go: deleted ones are cleaned up early.
    await sql`CREATE TABLE audit_queue (
      writer BIGINT NOT NULL, sequence BIGINT NOT NULL,
      stage TEXT COLLATE "C" NOT NULL CHECK (stage IN ('single', 'intent', 'outcome', 'joined')),
      source TEXT COLLATE "C" NOT NULL,
      call_index BIGINT, call_writer BIGINT, call_sequence BIGINT,
      event BYTEA NOT NULL, previous BYTEA NOT NULL, mac BYTEA NOT NULL,
      PRIMARY KEY (writer, sequence)) WITH (autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_threshold = 20000, autovacuum_analyze_scale_factor = 0,
      autovacuum_analyze_threshold = 1000000000)`.execute(db);
    await sql`CREATE TABLE audit_spans (
      first_leaf BIGINT PRIMARY KEY, writer BIGINT NOT NULL, first_sequence BIGINT NOT NULL,
      entries INTEGER NOT NULL, ${LINK}, integrated_ms BIGINT NOT NULL,
      UNIQUE (writer, first_sequence))`.execute(db);
    await sql`CREATE TABLE audit_sequencer (
      id INTEGER PRIMARY KEY CHECK (id = 1), epoch BIGINT NOT NULL, holder TEXT NOT NULL,
      until_ms BIGINT NOT NULL) WITH (fillfactor = 20)`.execute(db);
    await sql`INSERT INTO audit_sequencer (id, epoch, holder, until_ms)
      VALUES (1, 0, '', 0)`.execute(db);
    await guard(db);
  },
};

/** Prevents changes of queued entries, and deletions of those that are not integrated. */
async function guard(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ schema: string }>`SELECT n.nspname AS schema
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = 'audit_queue'::regclass`.execute(db);
  const schema = rows[0]?.schema ?? 'public';
  const refuse = sql`${sql.id(schema, 'audit_refuse_unintegrated')}()`;
  await sql`CREATE FUNCTION ${refuse} RETURNS trigger
    LANGUAGE plpgsql ${PATH} AS $$
    BEGIN
      IF EXISTS (SELECT FROM gone LEFT JOIN ${sql.id(schema, 'audit_integrated')} AS done
        USING (writer) WHERE done.sequence IS NULL OR gone.sequence > done.sequence) THEN
        RAISE EXCEPTION 'the queue of the audit log has only integrated entries removed';
      END IF;
      RETURN NULL;
    END $$`.execute(db);
  await sql`REVOKE ALL ON FUNCTION ${refuse} FROM PUBLIC`.execute(db);
  await sql`CREATE TRIGGER audit_integrated AFTER DELETE ON audit_queue
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_unintegrated()`.execute(db);
  for (const [table, events] of [
    ['audit_queue', 'UPDATE OR TRUNCATE'],
    ['audit_sequencer', 'DELETE OR TRUNCATE'],
  ] as const) {
    await sql`CREATE TRIGGER audit_unchanged BEFORE ${sql.raw(events)} ON ${sql.table(table)}
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()`.execute(db);
    await sql`ALTER TABLE ${sql.table(table)} ENABLE ALWAYS TRIGGER audit_unchanged`.execute(db);
  }
  await sql`ALTER TABLE audit_queue ENABLE ALWAYS TRIGGER audit_integrated`.execute(db);
}
