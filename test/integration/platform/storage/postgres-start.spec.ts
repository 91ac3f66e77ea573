import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { openStorage } from '../../../../src/platform/storage/open-storage.js';
import { migrations } from '../../../../src/platform/storage/postgres/migrations/migrations.js';
import { PostgresServer } from '../../../postgres/postgres-server.js';

const MS_MAX = 2 * limits.postgresStartMsMax;

describe('a start with PostgreSQL', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  /** The sentence that a start ends with, which tells no password. */
  async function refusal(url: string): Promise<string> {
    const startedAtMs = performance.now();
    const error: unknown = await openStorage(url, 'unused').then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(performance.now() - startedAtMs).toBeLessThan(MS_MAX);
    const { password } = new URL(url);
    const { message, cause } = error as Error;
    expect(`${message} ${String(cause)}`).not.toContain(password);
    return message;
  }

  it.each(['fsync', 'full_page_writes'])('is refused while %s is off', async (setting) => {
    const url = await server.createDatabase();
    await server.set(setting, 'off');
    const sentence = await refusal(url).finally(() => server.set(setting, 'on'));
    expect(sentence).toContain(`has ${setting}=off, but needs on`);
    await (await openStorage(url, 'unused')).close();
  });

  it.each(['off', 'local', 'remote_write'])(
    'is refused where synchronous_commit is %s for the database',
    async (value) => {
      const url = await server.createDatabase();
      const name = new URL(url).pathname.slice(1);
      await server.run(`ALTER DATABASE ${name} SET synchronous_commit = ${value}`);
      expect(await refusal(url)).toContain(`has synchronous_commit=${value}, but needs on`);
    },
  );

  it('is refused where synchronous_commit is off for the role', async () => {
    const url = await server.createDatabase();
    const role = await server.createRole();
    await server.run(`ALTER ROLE ${role.name} SET synchronous_commit = off`);
    expect(await refusal(role.url(url))).toContain('has synchronous_commit=off, but needs on');
  });

  it('is refused where texts are not kept as UTF-8', async () => {
    await server.run(
      "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    expect(await refusal(server.url('latin'))).toContain('has the encoding LATIN1, but needs UTF8');
  });

  it('is refused with a wrong password, an absent database, or no server', async () => {
    expect(await refusal(server.url('postgres', 'postgres', 'hunter2'))).toContain(
      'cannot be used: password authentication failed',
    );
    expect(await refusal(server.url('absent'))).toContain('database "absent" does not exist');
    expect(await refusal('postgres://u:hunter2@127.0.0.1:1/x')).toContain(
      'the database postgres://127.0.0.1:1/x cannot be used: connect ECONNREFUSED',
    );
  });

  it('is refused in time by a server that does not answer', async () => {
    const url = await server.createDatabase();
    server.pause();
    const sentence = await refusal(url).finally(() => server.resume());
    expect(sentence).toContain('cannot be used');
    await (await openStorage(url, 'unused')).close();
  });

  it.each(['postgres:hunter2', 'hunter2', 'mysql://u:hunter2@h/d', 'postgres://u:hunter2@[/d'])(
    'repeats nothing of an address that is none (%#)',
    async (url) => {
      const opened = openStorage(url, 'unused');
      await expect(opened).rejects.toThrow('no postgres:// URL');
      await expect(opened).rejects.not.toThrow(/hunter2/);
    },
  );

  it('makes the schema once, however many start together', async () => {
    const url = await server.createDatabase();
    const opened = await Promise.all(Array.from({ length: 6 }, () => openStorage(url, 'unused')));
    await Promise.all(opened.map((database) => database.close()));
    const rows = await server.run('SELECT name FROM kysely_migration ORDER BY name', url);
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(migrations));
    expect(await server.run('SELECT * FROM audit_head', url)).toHaveLength(1);
  });

  it('leaves no half of a schema when it is ended in the middle', async () => {
    const url = await server.createDatabase();
    // The last migration fails where this is in its way.
    await server.run('CREATE TABLE audit_dead_letters ()', url);
    expect(await refusal(url)).toContain('already exists');
    expect(await server.run("SELECT to_regclass('audit_entries') AS table", url)).toEqual([
      { table: null },
    ]);
    await server.run('DROP TABLE audit_dead_letters', url);
    await (await openStorage(url, 'unused')).close();
  });

  it('goes on beside a newer version that has migrated already', async () => {
    const url = await server.createDatabase();
    await (await openStorage(url, 'unused')).close();
    await server.run("INSERT INTO kysely_migration VALUES ('0099-of-tomorrow', '')", url);
    await server.run('ALTER TABLE audit_head ADD COLUMN of_tomorrow TEXT', url);
    const database = await openStorage(url, 'unused');
    const head = database.query((db) => db.selectFrom('audit_head').select('size').execute());
    expect(await head).toEqual([{ size: 0 }]);
    await database.close();
  });
});
