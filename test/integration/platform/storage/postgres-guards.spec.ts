import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { PostgresServer, type TestRole } from '../../../postgres/postgres-server.js';
import { auditOver, entry } from '../../audit/audit-fixture.js';

const rolesSql = readFileSync(
  new URL('../../../../deploy/postgres/roles.sql', import.meta.url),
  'utf8',
);
const HOUR_MS = 3_600_000;

describe('the guards of the audit log', () => {
  let server: PostgresServer;
  let url: string;
  let runtime: TestRole;
  let pruner: TestRole;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    url = await server.createDatabase();
    await server.run(rolesSql, url);
    const owner = await server.createRole('sallyport_owner');
    runtime = await server.createRole('sallyport_runtime');
    pruner = await server.createRole('sallyport_pruner');
    await (await PostgresDatabase.open(owner.url(url))).close();
    await server.run(rolesSql, url);
    const audit = auditOver(await PostgresDatabase.open(runtime.url(url)));
    await audit.ready();
    await Promise.all(Array.from({ length: 5 }, () => audit.writer.append(entry())));
    await audit.close();
  });

  const left = async () =>
    (await server.run('SELECT leaf_index FROM audit_entries', url)).map((row) => row['leaf_index']);

  /** What a role may make that could stand in front of a table of the log. */
  const shadows = [
    ['a temporary table', 'CREATE TEMPORARY TABLE audit_head AS SELECT 1 id, 9999 pruned_below'],
    [
      'a schema of its own in front',
      `CREATE SCHEMA AUTHORIZATION CURRENT_USER; SET search_path = "$user", public;
       CREATE TABLE audit_head AS SELECT 1 id, 9999 pruned_below`,
    ],
    [
      'a function',
      `CREATE FUNCTION pg_temp.refuse() RETURNS int LANGUAGE sql AS 'SELECT 1';
       CREATE TEMPORARY VIEW audit_head AS SELECT pg_temp.refuse() id, 9999 pruned_below`,
    ],
  ] as const;

  it.each(shadows)('the pruner deletes nothing from the middle by %s', async (_what, shadow) => {
    const remove = 'DELETE FROM public.audit_entries WHERE leaf_index = 2';
    const deleting = server.run(`${shadow}; ${remove}`, pruner.url(url));
    await expect(deleting).rejects.toThrow(/permission denied/);
    expect(await left()).toHaveLength(5);
  });

  it.each(shadows)('nor where it is allowed %s', async (_what, shadow) => {
    const name = new URL(url).pathname.slice(1);
    await server.run(`GRANT ALL ON DATABASE ${name} TO sallyport_pruner`);
    const remove = 'DELETE FROM public.audit_entries WHERE leaf_index = 2';
    const deleting = server.run(`${shadow}; ${remove}`, pruner.url(url));
    await expect(deleting).rejects.toThrow('pruned from its beginning only');
    expect(await left()).toHaveLength(5);
  });

  it('look at their own tables also where those are in another schema', async () => {
    const other = await server.createDatabase();
    const name = new URL(other).pathname.slice(1);
    await server.run('CREATE SCHEMA "Other s"', other);
    await server.run(`ALTER DATABASE ${name} SET search_path = "Other s"`);
    const audit = auditOver(await PostgresDatabase.open(other));
    await audit.ready();
    await audit.writer.append(entry());
    await audit.close();
    const shadow = 'CREATE TEMPORARY TABLE audit_head AS SELECT 1 id, 9999 pruned_below';
    const deleting = server.run(`${shadow}; DELETE FROM audit_entries`, other);
    await expect(deleting).rejects.toThrow('pruned from its beginning only');
  });

  it('cannot keep a session from holding the head: entries are queued until that ends', async () => {
    const audit = auditOver(await PostgresDatabase.open(runtime.url(url)));
    await audit.ready();
    const before = await audit.reader.size();
    const holder = new pg.Client({ connectionString: pruner.url(url) });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('UPDATE audit_head SET id = 1');
    await audit.writer.append(entry());
    await expect(audit.reader.size()).rejects.toMatchObject({ code: 'Unavailable' });
    await holder.end();
    expect(await audit.reader.size()).toBe(before + 1);
    await audit.close();
  });

  it('a gateway deletes no new checkpoint, also where it is allowed temporary tables', async () => {
    const name = new URL(url).pathname.slice(1);
    await server.run(`GRANT TEMPORARY ON DATABASE ${name} TO sallyport_runtime`);
    const hour = Math.floor(Date.now() / HOUR_MS) - 5;
    const note = `decode(repeat('00', 32), 'hex'), '', ${hour * HOUR_MS}`;
    await server.run(`INSERT INTO audit_checkpoints VALUES (1, ${note})`, url);
    const shadow = `CREATE TEMPORARY TABLE audit_checkpoints AS
      SELECT 2 size, ${hour * HOUR_MS} signed_ms`;
    const remove = 'DELETE FROM public.audit_checkpoints WHERE size = 1';
    const deleting = server.run(`${shadow}; ${remove}`, runtime.url(url));
    await expect(deleting).rejects.toThrow('only thinned');
  });
});

describe('a start with PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;

  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    await server.run(rolesSql, url);
    const owner = await server.createRole('sallyport_owner');
    await (await PostgresDatabase.open(owner.url(url))).close();
    await server.run(rolesSql, url);
  });
  afterAll(() => server.stop());

  async function warningOf(address: string): Promise<string | undefined> {
    const database = await PostgresDatabase.open(address);
    await database.close();
    return database.warning;
  }

  it('warns of nothing with the role of gateways', async () => {
    const runtime = await server.createRole('sallyport_runtime');
    expect(await warningOf(runtime.url(url))).toBeUndefined();
  });

  it('warns of a role that may do more than a gateway needs, and says what', async () => {
    const owner = await server.createRole('sallyport_owner');
    expect(await warningOf(url)).toContain('the role postgres has more rights');
    expect(await warningOf(url)).toContain('it is a superuser');
    expect(await warningOf(owner.url(url))).toContain(
      'it owns the tables; it may create tables in',
    );
    const runtime = await server.createRole('sallyport_runtime');
    const name = new URL(url).pathname.slice(1);
    await server.run(`GRANT TEMPORARY ON DATABASE ${name} TO sallyport_runtime`);
    await server.run('CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC', url);
    await server.run(`ALTER ROLE sallyport_runtime IN DATABASE ${name}
      SET search_path = evil, public`);
    const warning = await warningOf(runtime.url(url));
    expect(warning).toContain('it may create temporary tables; search_path names evil too');
    await server.run(rolesSql, url);
    expect(await warningOf(runtime.url(url))).toBeUndefined();
  });
});
