import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { PostgresServer } from '../../../postgres/postgres-server.js';

const rolesSql = readFileSync(
  new URL('../../../../deploy/postgres/roles.sql', import.meta.url),
  'utf8',
);
const NO_PRIVILEGE = '42501';
const nothing = '';
const all = 'read insert update delete';

/** What each role may do with each table; a column in brackets is the only one of its verb. */
const matrix: Readonly<Record<string, readonly [runtime: string, pruner: string]>> = {
  access_tokens: [all, nothing],
  audit_chains: [all, all],
  audit_checkpoints: ['read insert delete', 'read insert'],
  audit_dead_letters: ['read insert', 'read insert delete'],
  audit_entries: ['read insert', 'read insert delete'],
  audit_head: ['read update(id,size,macs_from,macs_mac)', 'read update(id,size,pruned_below)'],
  audit_integrated: [all, all],
  audit_names: ['read insert', 'read insert delete'],
  audit_outbox: ['read insert update', 'read'],
  audit_queue: ['read insert delete', 'read insert delete'],
  audit_sequencer: ['read update', 'read update'],
  audit_spans: [all, all],
  audit_tiles: ['read insert', 'read insert'],
  background_leases: [all, nothing],
  custom_resources: [all, nothing],
  encryption_keys: ['read insert update', 'read'],
  history_namespaces: [all, nothing],
  idempotency_records: [all, nothing],
  idempotency_seed: ['read', nothing],
  kysely_migration: ['read', 'read'],
  kysely_migration_lock: ['read', 'read'],
  revoked_tokens: [all, nothing],
  rotation_outbox: [all, nothing],
  rotation_policies: [all, nothing],
  rotation_runs: [all, nothing],
  rotation_values: [all, nothing],
  sealing_keys: ['read insert update', nothing],
  secret_histories: [all, nothing],
  secret_versions: [all, nothing],
  version_aliases: [all, nothing],
  version_payloads: [all, nothing],
  watch_cursors: [all, nothing],
};

/** What no role but the owner and superusers may do with a table. */
const forOwners = (table: string) => [
  `TRUNCATE public.${table}`,
  `CREATE TABLE public.mine (a bigint REFERENCES public.${table})`,
  `CREATE TRIGGER mine BEFORE INSERT ON public.${table}
    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  `CREATE RULE mine AS ON INSERT TO public.${table} DO INSTEAD NOTHING`,
  `ALTER TABLE public.${table} DISABLE TRIGGER ALL`,
  `ALTER TABLE public.${table} OWNER TO CURRENT_USER`,
  `ALTER TABLE public.${table} ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE public.${table} ADD COLUMN mine int`,
  `DROP TABLE public.${table}`,
  // Who may grant nothing is only warned.
  `DO $$ BEGIN GRANT ALL ON public.${table} TO stranger;
    IF NOT has_table_privilege('stranger', 'public.${table}', 'SELECT') THEN
      RAISE insufficient_privilege;
    END IF;
  END $$`,
  `COPY public.${table} TO PROGRAM 'cat'`,
  `COPY public.${table} FROM '/etc/hostname'`,
];

/** What no role but superusers, or the owner, may do anywhere. */
const forbidden = [
  'CREATE TABLE public.mine ()',
  'CREATE TABLE mine ()',
  'CREATE TEMPORARY TABLE mine ()',
  'CREATE TEMPORARY VIEW mine AS SELECT 1',
  'SELECT 1 AS a INTO TEMPORARY mine',
  'CREATE SCHEMA mine',
  "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  "CREATE FUNCTION pg_catalog.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  'CREATE OPERATOR public.>= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8lt)',
  'CREATE CAST (bigint AS bytea) WITHOUT FUNCTION',
  'CREATE TYPE public.mine AS ENUM ()',
  'CREATE FOREIGN DATA WRAPPER mine',
  'CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION public.audit_refuse()',
  'CREATE PUBLICATION mine FOR ALL TABLES',
  'CREATE ROLE mine',
  'ALTER ROLE sallyport_owner PASSWORD NULL',
  'ALTER ROLE CURRENT_USER SUPERUSER',
  'ALTER ROLE CURRENT_USER REPLICATION',
  'GRANT sallyport_owner TO CURRENT_USER',
  'SET ROLE sallyport_owner',
  'SET SESSION AUTHORIZATION sallyport_owner',
  'SET session_replication_role = replica',
  'SET ROLE pg_write_server_files',
  'SELECT pg_reload_conf()',
  'SELECT pg_switch_wal()',
  'DROP FUNCTION public.audit_refuse() CASCADE',
  'ALTER FUNCTION public.audit_refuse_unpruned() RESET ALL',
  'DROP TRIGGER audit_pruned ON public.audit_entries',
  'DROP SCHEMA public CASCADE',
  "SELECT pg_read_file('/etc/hostname')",
  "SELECT lo_import('/etc/hostname')",
  "SELECT pg_catalog.set_config('session_replication_role', 'replica', false)",
];

describe('with deploy/postgres/roles.sql', () => {
  let server: PostgresServer;
  let url: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    await server.run(rolesSql, url);
    await server.createRole('stranger');
    const owner = await server.createRole('sallyport_owner');
    await (await PostgresDatabase.open(owner.url(url))).close();
    // What was granted by hand goes.
    const name = new URL(url).pathname.slice(1);
    const roles = 'sallyport_runtime, sallyport_pruner';
    await server.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${roles}`, url);
    await server.run(`GRANT ALL ON SCHEMA public TO ${roles}`, url);
    await server.run(`GRANT ALL ON DATABASE ${name} TO ${roles}`, url);
    await server.run('ALTER ROLE sallyport_pruner SUPERUSER CREATEROLE', url);
    await server.run(rolesSql, url);
  });
  afterAll(() => server.stop());

  /** A session of a role in which each statement is tried, and leaves nothing behind. */
  async function as<T>(role: string, use: (may: (sql: string) => Promise<boolean>) => Promise<T>) {
    const connectionString = (await server.createRole(role)).url(url);
    const client = new pg.Client({ connectionString });
    await client.connect();
    const may = async (statement: string): Promise<boolean> => {
      await client.query('BEGIN');
      try {
        await client.query(statement);
        return true;
      } catch (error) {
        // Whatever else it fails by, such as a trigger, is no matter of privileges.
        return !(error instanceof pg.DatabaseError && error.code === NO_PRIVILEGE);
      } finally {
        await client.query('ROLLBACK');
      }
    };
    try {
      return await use(may);
    } finally {
      await client.end();
    }
  }

  /** The tables of the real database, with their columns. */
  async function tables(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await server.run(
      `SELECT table_name AS name, array_agg(column_name::text ORDER BY ordinal_position) AS columns
       FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1`,
      url,
    );
    return new Map(rows.map(({ name, columns }) => [String(name), columns as readonly string[]]));
  }

  async function verbsOf(
    may: (sql: string) => Promise<boolean>,
    table: string,
    columns: readonly string[],
  ): Promise<string> {
    const verbs: string[] = [];
    const among = async (verb: string, statement: (column: string) => string) => {
      const granted: string[] = [];
      for (const column of columns) if (await may(statement(`"${column}"`))) granted.push(column);
      if (granted.length === columns.length) verbs.push(verb);
      else if (granted.length > 0) verbs.push(`${verb}(${granted.join(',')})`);
    };
    await among('read', (column) => `SELECT ${column} FROM public.${table} LIMIT 0`);
    await among('insert', (column) => `INSERT INTO public.${table} (${column}) VALUES (DEFAULT)`);
    await among('update', (column) => `UPDATE public.${table} SET ${column} = DEFAULT WHERE false`);
    if (await may(`DELETE FROM public.${table} WHERE false`)) verbs.push('delete');
    for (const statement of forOwners(table)) if (await may(statement)) verbs.push(statement);
    return verbs.join(' ');
  }

  async function measured(role: string): Promise<Readonly<Record<string, string>>> {
    const found = await tables();
    return as(role, async (may) => {
      const rights: Record<string, string> = {};
      for (const [table, columns] of found) rights[table] = await verbsOf(may, table, columns);
      return rights;
    });
  }

  const expected = (index: 0 | 1) =>
    Object.fromEntries(Object.entries(matrix).map(([table, rights]) => [table, rights[index]]));

  it('a gateway may do with each table what the matrix says, and no more', async () => {
    expect(await measured('sallyport_runtime')).toEqual(expected(0));
  });

  it('the pruner may do with each table what the matrix says, and no more', async () => {
    expect(await measured('sallyport_pruner')).toEqual(expected(1));
  });

  it('another role of the server may do nothing with any table', async () => {
    const none = Object.fromEntries(Object.keys(matrix).map((table) => [table, nothing]));
    expect(await measured('stranger')).toEqual(none);
  });

  it.each(['sallyport_runtime', 'sallyport_pruner', 'stranger'])(
    '%s can make nothing, and become nobody else',
    async (role) => {
      const allowed = await as(role, async (may) => {
        const statements: string[] = [];
        for (const one of forbidden) if (await may(one)) statements.push(one);
        return statements;
      });
      expect(allowed).toEqual([]);
    },
  );

  it('the owner makes no temporary tables, no roles and no schemas', async () => {
    const wishes = ['CREATE TEMPORARY TABLE mine ()', 'CREATE ROLE mine', 'CREATE SCHEMA mine'];
    const allowed = await as('sallyport_owner', async (may) => {
      const statements: string[] = [];
      for (const one of wishes) if (await may(one)) statements.push(one);
      return statements;
    });
    expect(allowed).toEqual([]);
  });

  it('no guard runs as its owner, by a path of its caller, or for a replication role', async () => {
    const functions = await server.run(
      `SELECT proname AS name, prosecdef AS definer, proconfig AS settings,
         has_function_privilege('stranger', oid, 'EXECUTE') AS public FROM pg_proc
       WHERE pronamespace = 'public'::regnamespace ORDER BY 1`,
      url,
    );
    const names = [
      'refuse',
      'refuse_shrinking',
      'refuse_unintegrated',
      'refuse_unpruned',
      'refuse_unthinned',
    ];
    const settings = ['search_path=pg_catalog, pg_temp'];
    const guard = { definer: false, settings, public: false };
    expect(functions).toEqual(names.map((name) => ({ name: `audit_${name}`, ...guard })));
    const states = await server.run(
      'SELECT DISTINCT tgenabled::text AS state FROM pg_trigger WHERE NOT tgisinternal',
      url,
    );
    expect(states).toEqual([{ state: 'A' }]);
    const replica = `SET session_replication_role = replica; DELETE FROM audit_head`;
    await expect(server.run(replica, url)).rejects.toThrow('never changed');
  });

  it('the owner is refused by the guards, and can take them away', async () => {
    const address = (await server.createRole('sallyport_owner')).url(url);
    const remove = 'DELETE FROM public.audit_head';
    await expect(server.run(remove, address)).rejects.toThrow('never changed');
    const disable = 'ALTER TABLE public.audit_head DISABLE TRIGGER ALL';
    await server.run(`BEGIN; ${disable}; ${remove}; ROLLBACK`, address);
  });
});
