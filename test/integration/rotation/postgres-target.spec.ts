import { randomBytes, randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Login, PasswordChange } from '../../../src/rotation/domain/password-target.js';
import { openPostgresTarget } from '../../../src/rotation/targets/postgres/postgres-target.js';
import { startPostgres } from '../../services/postgres.js';
import type { TestServer } from '../../services/test-server.js';
import { login, patience, secret, targetConnection } from './target-connection.js';
import { scaled } from '../../support/scale.js';

const target = () => openPostgresTarget(targetConnection(server), { database: 'postgres' });
const first = 'app_a';
const second = 'app_b';

let server: TestServer;
let admin: Login;

beforeAll(async () => {
  server = await startPostgres();
  admin = login(server.admin.username, server.admin.password);
  await run('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
});

afterAll(() => server.stop());

/** Statements as a user, the admin unless told otherwise; the rows of the last one. */
async function run(
  sql: string,
  { username, password }: { readonly username: string; readonly password: string } = server.admin,
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({
    ...{ host: server.host, port: server.port, user: username, password, database: 'postgres' },
    ssl: { ca: server.ca },
  });
  await client.connect();
  try {
    const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
  } finally {
    await client.end();
  }
}

const quoted = (name: string): string => pg.escapeIdentifier(name);
const newPassword = (): string => randomBytes(18).toString('base64url');

async function set(
  username: string,
  password: string,
  more: Partial<PasswordChange> = {},
): Promise<void> {
  const change = { username, password: secret(password), allowPrivileged: false, ...more };
  await target().setPassword(admin, change, patience());
}

async function letsIn(username: string, password: string): Promise<boolean> {
  return target().logIn(login(username, password), patience());
}

/** A role that is there before, with a password that is returned. */
async function makeRole(name: string, attributes = 'LOGIN'): Promise<string> {
  const password = newPassword();
  await run(`DROP ROLE IF EXISTS ${quoted(name)}`);
  await run(`CREATE ROLE ${quoted(name)} ${attributes} PASSWORD '${password}'`);
  return password;
}

describe('a password at PostgreSQL', () => {
  it('lets in whose it is, and nobody else', async () => {
    const password = await makeRole('plain');
    expect(await letsIn('plain', password)).toBe(true);
    expect(await letsIn('plain', `${password}x`)).toBe(false);
    expect(await letsIn('plain', '')).toBe(false);
    expect(await letsIn('nobody_of_that_name', password)).toBe(false);
    await run('ALTER ROLE plain NOLOGIN');
    expect(await letsIn('plain', password)).toBe(false);
  });

  it('that is right does not count where the database is closed to its user', async () => {
    const password = await makeRole('outside');
    await run('CREATE DATABASE closed');
    await run('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    const closed = openPostgresTarget(targetConnection(server), { database: 'closed' });
    const outside = () => closed.logIn(login('outside', password), patience());
    await expect(outside()).rejects.toMatchObject({ reason: 'TargetFailed' });
    await run('GRANT CONNECT ON DATABASE closed TO outside');
    expect(await outside()).toBe(true);
    await set('outside_b', password, { like: 'outside' });
    expect(await closed.logIn(login('outside_b', password), patience())).toBe(true);
    const missing = openPostgresTarget(targetConnection(server), { database: 'missing' });
    await expect(missing.logIn(login('outside', password), patience())).rejects.toMatchObject({
      reason: 'TargetFailed',
      message: 'the target has no such database',
    });
  });

  it('is replaced, as often as is asked, and its end stays', async () => {
    const old = await makeRole('single', "LOGIN VALID UNTIL '2100-01-01' CONNECTION LIMIT 7");
    const password = newPassword();
    await set('single', password);
    await set('single', password);
    expect(await letsIn('single', password)).toBe(true);
    expect(await letsIn('single', old)).toBe(false);
    const [role] = await run(
      "SELECT rolconnlimit, rolvaliduntil::date::text AS until FROM pg_roles WHERE rolname = 'single'",
    );
    expect(role).toEqual({ rolconnlimit: 7, until: '2100-01-01' });
  });

  it('ends, also when it has ended or the user is gone, and sessions stay', async () => {
    const password = await makeRole('ending');
    await target().endPassword(admin, { username: 'ending' }, patience());
    await target().endPassword(admin, { username: 'ending' }, patience());
    expect(await letsIn('ending', password)).toBe(false);
    await run('DROP ROLE ending');
    await target().endPassword(admin, { username: 'ending' }, patience());
  });

  it('may be a former one with characters outside of ASCII, unless clients differ', async () => {
    await makeRole('unicode');
    for (const former of ['pässwörd 密码 🔑', 'pa\u0308ss ½ \u00A0']) {
      await run(`ALTER ROLE unicode PASSWORD ${pg.escapeLiteral(former)}`);
      expect(await letsIn('unicode', former)).toBe(true);
    }
    await set('unicode', 'pässwörd 密码 🔑');
    expect(await letsIn('unicode', 'pässwörd 密码 🔑')).toBe(true);
    for (const differing of ['½', 'a\u00A0b', 'a\n', '']) {
      const refused = { reason: 'PasswordRejected' };
      await expect(set('unicode', differing)).rejects.toMatchObject(refused);
    }
  });

  it('may have any printable character, and is never in the log', async () => {
    await makeRole('alphabet');
    const alphabet = `'"\\%$@:/#? -aZ9{}&;!\``;
    const passwords = Array.from({ length: scaled(200, 40) }, (_, index) => {
      const draw = (): string => alphabet[randomInt(alphabet.length)] ?? '';
      return (index % 4 === 0 ? '-' : '') + Array.from({ length: 30 }, draw).join('');
    });
    for (const password of passwords) {
      await set('alphabet', password);
      if (!(await letsIn('alphabet', password))) expect.fail(`not let in with ${password}`);
    }
    const log = server.log();
    expect(log).toContain('ALTER ROLE "alphabet" PASSWORD');
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  }, 120_000);

  it.each([
    ...[
      'a"; DROP ROLE x; --',
      "o'hara",
      'back\\slash',
      'back`tick',
      'ünïcödé',
      ' spaced ',
      '-dash',
    ],
    ...['$user', 'current_user', 'x'.repeat(63)],
  ])('is that of the user %j and of no other', async (name) => {
    await run('DROP ROLE IF EXISTS x');
    await run('CREATE ROLE x');
    await makeRole(name);
    const password = newPassword();
    await set(name, password);
    expect(await letsIn(name, password)).toBe(true);
    expect(await run("SELECT 1 FROM pg_roles WHERE rolname = 'x'")).toHaveLength(1);
    await set(`${name.slice(0, 60)}-b`, password, { like: name });
    expect(await letsIn(`${name.slice(0, 60)}-b`, password)).toBe(true);
    await target().endPassword(admin, { username: name }, patience());
    expect(await letsIn(name, password)).toBe(false);
  });

  it('is set for no name that the server would cut', async () => {
    await makeRole('y'.repeat(63));
    const change = set('y'.repeat(64), newPassword());
    await expect(change).rejects.toMatchObject({ reason: 'Unsupported' });
    await expect(letsIn('y'.repeat(64), 'x')).rejects.toMatchObject({ reason: 'Unsupported' });
  });

  it('is not set for a user that is not there, nor kept beside another', async () => {
    await expect(set('missing', newPassword())).rejects.toMatchObject({ reason: 'UserUnknown' });
    const like = { like: 'missing' };
    await expect(set('other', newPassword(), like)).rejects.toMatchObject({
      reason: 'UserUnknown',
      mayHaveChanged: false,
    });
    const keep = { keep: secret('x') };
    await expect(set('single', 'y', keep)).rejects.toMatchObject({ reason: 'Unsupported' });
  });
});

describe('two users that alternate', () => {
  const passwords = { first: '', second: newPassword() };
  const asSecond = () => ({ username: second, password: passwords.second });
  const asFirst = () => ({ username: first, password: passwords.first });

  beforeAll(async () => {
    passwords.first = await makeRole(first, "LOGIN CONNECTION LIMIT 9 VALID UNTIL '2100-01-01'");
    await run(`ALTER ROLE ${first} SET search_path TO '$user', 'stock, room', public`);
    await run(`ALTER ROLE ${first} IN DATABASE postgres SET work_mem TO '9MB'`);
    await run(`CREATE SCHEMA ${first} AUTHORIZATION ${first}`);
    await set(second, passwords.second, { like: first });
  });

  it('have the same rights, also those that are given to the first later', async () => {
    await run('CREATE TABLE public.later AS SELECT 1 AS one');
    await expect(run('SELECT one FROM public.later', asSecond())).rejects.toThrow('permission');
    await run(`GRANT SELECT ON public.later TO ${first}`);
    expect(await run('SELECT one FROM public.later', asSecond())).toEqual([{ one: 1 }]);
    await run(`REVOKE SELECT ON public.later FROM ${first}`);
    await expect(run('SELECT one FROM public.later', asSecond())).rejects.toThrow('permission');
  });

  it('own together what either makes', async () => {
    await run(
      'CREATE TABLE made_by_second (x int); INSERT INTO made_by_second VALUES (7)',
      asSecond(),
    );
    await run('ALTER TABLE made_by_second ADD y int', asFirst());
    expect(await run('SELECT x FROM made_by_second', asFirst())).toEqual([{ x: 7 }]);
    await run('DROP TABLE made_by_second', asFirst());
  });

  it('have the same settings, limits and validity', async () => {
    const settings = `SELECT current_setting('search_path') AS path,
      current_setting('work_mem') AS memory, current_user AS acts`;
    expect(await run(settings, asSecond())).toEqual(await run(settings, asFirst()));
    const roles = await run(`SELECT DISTINCT rolconnlimit, rolvaliduntil FROM pg_roles
      WHERE rolname IN ('${first}', '${second}')`);
    expect(roles).toHaveLength(1);
    await run(`ALTER ROLE ${first} SET search_path TO public`);
    await run(`ALTER ROLE ${first} IN DATABASE postgres RESET work_mem`);
    await run(`ALTER ROLE ${first} CONNECTION LIMIT -1 VALID UNTIL 'infinity'`);
    await set(second, passwords.second, { like: first });
    expect(await run(settings, asSecond())).toEqual(await run(settings, asFirst()));
  });

  it('stay as they are when they are set once more', async () => {
    const state = `SELECT to_jsonb(m) AS m FROM pg_auth_members m`;
    const before = await run(state);
    await set(second, passwords.second, { like: first });
    expect(await run(state)).toEqual(before);
    expect(await letsIn(second, passwords.second)).toBe(true);
  });

  it('take turns: the password of each ends while the other works', async () => {
    await target().endPassword(admin, { username: first }, patience());
    expect(await letsIn(first, passwords.first)).toBe(false);
    expect(await letsIn(second, passwords.second)).toBe(true);
    passwords.first = newPassword();
    await set(first, passwords.first);
    await target().endPassword(admin, { username: second }, patience());
    expect(await letsIn(first, passwords.first)).toBe(true);
    expect(await letsIn(second, passwords.second)).toBe(false);
    passwords.second = newPassword();
    await set(second, passwords.second, { like: first });
    expect(await letsIn(second, passwords.second)).toBe(true);
  });

  it('are not members of each other', async () => {
    await expect(set(first, passwords.first, { like: second })).rejects.toMatchObject({
      reason: 'Unsupported',
      mayHaveChanged: false,
    });
  });
});

describe('a user with more rights than those of an application', () => {
  it.each([
    ...['SUPERUSER', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'].map((one) => [one, one] as const),
    ...['pg_write_server_files', 'pg_execute_server_program', 'pg_read_all_data'].map(
      (role) => [`a member of ${role}`, `IN ROLE ${role}`] as const,
    ),
  ])('is refused unless the spec allows it: %s', async (_, attributes) => {
    const old = await makeRole('mighty', `LOGIN ${attributes}`);
    const password = newPassword();
    const refused = { reason: 'UserPrivileged', mayHaveChanged: false };
    await expect(set('mighty', password)).rejects.toMatchObject(refused);
    await expect(set('new_one', password, { like: 'mighty' })).rejects.toMatchObject(refused);
    expect(await letsIn('mighty', old)).toBe(true);
    await set('mighty', password, { allowPrivileged: true });
    expect(await letsIn('mighty', password)).toBe(true);
  });

  it('is also who may become the admin, and the admin', async () => {
    await makeRole('sneaky', `LOGIN IN ROLE ${server.admin.username}`);
    const refused = { reason: 'UserPrivileged' };
    await expect(set('sneaky', newPassword())).rejects.toMatchObject(refused);
    await expect(set(server.admin.username, newPassword())).rejects.toMatchObject(refused);
    const end = target().endPassword(admin, { username: server.admin.username }, patience());
    await expect(end).rejects.toMatchObject(refused);
  });
});

describe('an admin', () => {
  const change = () => ({
    ...{ username: 'plain', password: secret(newPassword()), allowPrivileged: false },
  });

  it('who is not let in changes nothing', async () => {
    const wrong = login(server.admin.username, 'wrong');
    const fault = { reason: 'AdminRefused', mayHaveChanged: false };
    await expect(target().setPassword(wrong, change(), patience())).rejects.toMatchObject(fault);
    const end = target().endPassword(wrong, { username: 'plain' }, patience());
    await expect(end).rejects.toMatchObject(fault);
  });

  it('who may not do it changes nothing', async () => {
    await makeRole('plain');
    const password = await makeRole('powerless');
    const powerless = login('powerless', password);
    await expect(target().setPassword(powerless, change(), patience())).rejects.toMatchObject({
      reason: 'AdminRefused',
    });
  });

  it('needs no more than to make roles', async () => {
    const password = await makeRole('roles_admin', 'LOGIN CREATEROLE');
    const rolesAdmin = login('roles_admin', password);
    await run(`CREATE ROLE lesser_a LOGIN`, { username: 'roles_admin', password });
    const made = { username: 'lesser_b', password: secret('lesser-pw-0123456789') };
    const like = { ...made, like: 'lesser_a', allowPrivileged: false };
    await target().setPassword(rolesAdmin, like, patience());
    await target().setPassword(rolesAdmin, like, patience());
    expect(await letsIn('lesser_b', 'lesser-pw-0123456789')).toBe(true);
  });

  it('is not led astray by a search path of the database', async () => {
    const password = await makeRole('led');
    await run(`CREATE SCHEMA evil; CREATE TABLE evil.pg_roles AS SELECT 1;
      CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT (1/0)::text';
      ALTER DATABASE postgres SET search_path TO evil, pg_catalog;
      ALTER ROLE ${server.admin.username} SET search_path TO evil, pg_catalog`);
    try {
      await set('led', `${password}-2`);
      expect(await letsIn('led', `${password}-2`)).toBe(true);
    } finally {
      await run(`ALTER DATABASE postgres RESET search_path;
        ALTER ROLE ${server.admin.username} RESET search_path; DROP SCHEMA evil CASCADE`);
    }
  });
});

describe('a server that asks for no proof', () => {
  const accessOf = (method: string): string =>
    `hostssl all admin 127.0.0.1/32 scram-sha-256\nhostssl all all 127.0.0.1/32 ${method}\n`;
  const reload = async (method: string): Promise<void> => {
    await writeFile(join(server.dir, 'pg_hba.conf'), accessOf(method));
    await run('SELECT pg_reload_conf()');
  };

  afterAll(() => reload('scram-sha-256'));

  it('is another one than that which still knows passwords by MD5', async () => {
    await makeRole('by_md5');
    await run("SET password_encryption = 'md5'; ALTER ROLE by_md5 PASSWORD 'former'");
    await reload('md5');
    await expect.poll(() => letsIn('by_md5', 'former')).toBe(true);
    expect(await letsIn('by_md5', 'another')).toBe(false);
    const password = newPassword();
    await set('by_md5', password);
    expect(await letsIn('by_md5', password)).toBe(true);
    const [role] = await run("SELECT rolpassword FROM pg_authid WHERE rolname = 'by_md5'");
    expect(role?.['rolpassword']).toMatch(/^SCRAM-SHA-256\$4096:/);
  });

  it.each(['trust', 'password'])('proves nothing, and is told no password: %s', async (method) => {
    const password = await makeRole('unproven');
    await reload(method);
    await expect
      .poll(() => letsIn('unproven', password).catch((error: unknown) => error))
      .toMatchObject({ reason: 'Unsupported' });
  });
});
