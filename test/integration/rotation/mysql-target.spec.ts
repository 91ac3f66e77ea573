import { randomBytes, randomInt } from 'node:crypto';
import { createConnection, escapeId } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Login, PasswordChange } from '../../../src/rotation/domain/password-target.js';
import { openMysqlTarget } from '../../../src/rotation/targets/mysql/mysql-target.js';
import { startMariadb } from '../../services/mariadb.js';
import type { TestServer } from '../../services/test-server.js';
import { login, patience, secret, targetConnection } from './target-connection.js';
import { scaled } from '../../support/scale.js';

const target = () => openMysqlTarget(targetConnection(server), { userHost: '%' });

let server: TestServer;
let admin: Login;

beforeAll(async () => {
  server = await startMariadb({
    settings: { 'plugin-maturity': 'unknown', 'log-bin': 'binlog', 'server-id': '1' },
  });
  admin = login(server.admin.username, server.admin.password);
  await run('CREATE DATABASE shop');
});

afterAll(() => server.stop());

type Row = Readonly<Record<string, unknown>>;

/** Statements as a user, the admin unless told otherwise; the rows of the last one. */
async function run(
  sql: string,
  { username, password }: { readonly username: string; readonly password: string } = server.admin,
): Promise<readonly Row[]> {
  const { host, port, ca } = server;
  const connection = await createConnection({
    ...{ host, port, user: username, password, multipleStatements: true },
    ssl: { ca, verifyIdentity: false },
  });
  try {
    const [rows] = await connection.query(sql);
    return Array.isArray(rows) ? ((Array.isArray(rows.at(-1)) ? rows.at(-1) : rows) as Row[]) : [];
  } finally {
    await connection.end();
  }
}

const account = (name: string): string => `${escapeId(name, true)}@'%'`;
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

/** An account that is there before, with a password that is returned. */
async function makeUser(name: string): Promise<string> {
  const password = newPassword();
  await run(`CREATE OR REPLACE USER ${account(name)} IDENTIFIED BY '${password}'`);
  return password;
}

async function grantsOf(name: string): Promise<readonly string[]> {
  const rows = await run(`SHOW GRANTS FOR ${account(name)}`);
  const lines = rows.map((row) => String(Object.values(row)[0]));
  return lines
    .map((line) => line.replaceAll(`\`${name}\`@`, '`X`@').replace(/BY PASSWORD '\*\w+'/, ''))
    .toSorted();
}

describe('a password at MariaDB', () => {
  it('lets in whose it is, and nobody else', async () => {
    const password = await makeUser('plain');
    expect(await letsIn('plain', password)).toBe(true);
    expect(await letsIn('plain', `${password}x`)).toBe(false);
    expect(await letsIn('plain', '')).toBe(false);
    expect(await letsIn('nobody_of_that_name', password)).toBe(false);
    await run(`ALTER USER plain ACCOUNT LOCK`);
    expect(await letsIn('plain', password)).toBe(false);
    await run(`ALTER USER plain ACCOUNT UNLOCK PASSWORD EXPIRE`);
    expect(await letsIn('plain', password)).toBe(false);
  });

  it('proves nothing where another account answers to that name', async () => {
    const password = await makeUser('twice');
    await run(`CREATE USER twice@'127.0.0.1' IDENTIFIED BY '${password}'`);
    await expect(letsIn('twice', password)).rejects.toMatchObject({ reason: 'Unsupported' });
  });

  it('is replaced, as often as is asked', async () => {
    const old = await makeUser('single');
    const password = newPassword();
    await set('single', password);
    await set('single', password);
    expect(await letsIn('single', password)).toBe(true);
    expect(await letsIn('single', old)).toBe(false);
  });

  it('ends, also when it has ended or the user is gone', async () => {
    const password = await makeUser('ending');
    await target().endPassword(admin, { username: 'ending' }, patience());
    await target().endPassword(admin, { username: 'ending' }, patience());
    expect(await letsIn('ending', password)).toBe(false);
    await run('DROP USER ending');
    await target().endPassword(admin, { username: 'ending' }, patience());
  });

  it('may have any printable character, and is never in the log', async () => {
    await makeUser('alphabet');
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
    expect(log).toContain('ALTER USER `alphabet`@`%` IDENTIFIED VIA');
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
  }, 120_000);

  it.each([
    ...[
      'a"; DROP USER x; --',
      "o'hara",
      'back\\slash',
      'back`tick',
      'ünïcödé',
      '-dash',
      '%',
      'a@b',
    ],
    ...['current_user', 'x'.repeat(80)],
  ])('is that of the user %j and of no other', async (name) => {
    await makeUser('x');
    await makeUser(name);
    const password = newPassword();
    await set(name, password);
    expect(await letsIn(name, password)).toBe(true);
    const other = `${name.slice(0, 70)}-b`;
    await set(other, password, { like: name });
    expect(await letsIn(other, password)).toBe(true);
    await target().endPassword(admin, { username: name }, patience());
    expect(await letsIn(name, password)).toBe(false);
    expect(await run("SELECT 1 FROM mysql.user WHERE User = 'x'")).toHaveLength(1);
  });

  it('is set for no name that the server would cut', async () => {
    await makeUser('y'.repeat(80));
    await expect(set('y'.repeat(81), newPassword())).rejects.toMatchObject({
      mayHaveChanged: false,
    });
    await expect(letsIn('y'.repeat(129), 'x')).rejects.toMatchObject({ reason: 'Unsupported' });
  });

  it('is not set for a user that is not there, nor kept beside another, nor empty', async () => {
    await expect(set('missing', newPassword())).rejects.toMatchObject({ reason: 'UserUnknown' });
    await expect(set('other', newPassword(), { like: 'missing' })).rejects.toMatchObject({
      reason: 'UserUnknown',
    });
    await makeUser('single');
    const keep = { keep: secret('x') };
    await expect(set('single', 'y', keep)).rejects.toMatchObject({ reason: 'Unsupported' });
    await expect(set('single', '')).rejects.toMatchObject({ reason: 'PasswordRejected' });
    await set('single', 'pässwörd 密码 🔑');
    expect(await letsIn('single', 'pässwörd 密码 🔑')).toBe(true);
  });

  it('is not set where the user logs in by other means', async () => {
    await run("INSTALL SONAME 'auth_ed25519'");
    await run("CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('x') OR unix_socket");
    await expect(set('ed', newPassword())).rejects.toMatchObject({ reason: 'Unsupported' });
    await expect(letsIn('ed', 'x')).rejects.toMatchObject({ reason: 'Unsupported' });
    const end = target().endPassword(admin, { username: 'ed' }, patience());
    await expect(end).rejects.toMatchObject({ reason: 'Unsupported' });
  });
});

describe('two users that alternate', () => {
  const passwords = { app_a: '', app_b: newPassword() };
  const asSecond = () => ({ username: 'app_b', password: passwords.app_b });
  const again = () => set('app_b', passwords.app_b, { like: 'app_a' });

  beforeAll(async () => {
    passwords.app_a = await makeUser('app_a');
    await run(`CREATE TABLE shop.t (a INT, b INT); CREATE TABLE shop.\`o\`\`dd\` (\`c\`\`x\` INT);
      CREATE DATABASE \`we'ird\`\`"\\\\_%\`; CREATE ROLE readers; CREATE ROLE nested;
      CREATE PROCEDURE shop.p() SELECT 1;
      GRANT nested TO readers; GRANT SELECT ON shop.t TO nested;
      GRANT readers TO app_a; SET DEFAULT ROLE readers FOR app_a;
      GRANT INSERT (a), UPDATE ON shop.t TO app_a WITH GRANT OPTION;
      GRANT SELECT (\`c\`\`x\`) ON shop.\`o\`\`dd\` TO app_a;
      GRANT ALL ON \`we'ird\`\`"\\\\_%\`.* TO app_a;
      GRANT EXECUTE ON PROCEDURE shop.p TO app_a;
      GRANT CREATE TEMPORARY TABLES, PROCESS ON *.* TO app_a;
      ALTER USER app_a REQUIRE SSL WITH MAX_USER_CONNECTIONS 8 MAX_STATEMENT_TIME 2.5`);
    await again();
  });

  it('have the same grants, roles, limits and need of TLS', async () => {
    expect(await grantsOf('app_b')).toEqual(await grantsOf('app_a'));
    expect((await grantsOf('app_b')).join()).toMatch(/REQUIRE SSL.*CONNECTIONS 8.*readers/);
    expect(await run('SELECT COUNT(*) AS n FROM shop.t', asSecond())).toEqual([{ n: 0 }]);
  });

  it('have them again once they were changed, what was taken from the first as well', async () => {
    await run(`CREATE TABLE shop.later AS SELECT 1 AS one;
      GRANT SELECT ON shop.later TO app_a; REVOKE INSERT (a) ON shop.t FROM app_a;
      REVOKE readers FROM app_a; SET DEFAULT ROLE NONE FOR app_a;
      ALTER USER app_a REQUIRE NONE WITH MAX_USER_CONNECTIONS 0;
      GRANT DELETE ON shop.* TO app_b WITH GRANT OPTION; GRANT FILE ON *.* TO app_b`);
    await expect(again()).rejects.toMatchObject({ reason: 'UserPrivileged' });
    await run('REVOKE FILE ON *.* FROM app_b');
    await again();
    expect(await grantsOf('app_b')).toEqual(await grantsOf('app_a'));
    expect(await run('SELECT one FROM shop.later', asSecond())).toEqual([{ one: 1 }]);
    await expect(run('DELETE FROM shop.later', asSecond())).rejects.toThrow('denied');
  });

  it('can both use what either makes', async () => {
    await run('GRANT ALL ON shop.* TO app_a');
    await again();
    await run('CREATE TABLE shop.made (x INT); INSERT INTO shop.made VALUES (7)', asSecond());
    const asFirst = { username: 'app_a', password: passwords.app_a };
    expect(await run('SELECT x FROM shop.made', asFirst)).toEqual([{ x: 7 }]);
    await run('DROP TABLE shop.made', asFirst);
  });

  it('stay as they are when they are set once more', async () => {
    const before = await grantsOf('app_b');
    const logged = server.log().length;
    await again();
    expect(await grantsOf('app_b')).toEqual(before);
    expect(server.log().slice(logged)).not.toMatch(/Query\t(GRANT|REVOKE|CREATE)/);
  });

  it('take turns: the password of each ends while the other works', async () => {
    await target().endPassword(admin, { username: 'app_a' }, patience());
    expect(await letsIn('app_a', passwords.app_a)).toBe(false);
    expect(await letsIn('app_b', passwords.app_b)).toBe(true);
    passwords.app_a = newPassword();
    await set('app_a', passwords.app_a);
    await target().endPassword(admin, { username: 'app_b' }, patience());
    expect(await letsIn('app_a', passwords.app_a)).toBe(true);
    expect(await letsIn('app_b', passwords.app_b)).toBe(false);
  });
});

describe('a user with more rights than those of an application', () => {
  it.each([
    'GRANT SUPER ON *.* TO mighty',
    'GRANT SELECT ON *.* TO mighty',
    'GRANT CREATE USER ON *.* TO mighty',
    'GRANT UPDATE ON mysql.global_priv TO mighty',
    `INSERT INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user) VALUES
      ('%', 'mighty', '%', 'plain'); FLUSH PRIVILEGES`,
    'CREATE ROLE IF NOT EXISTS strong; GRANT RELOAD ON *.* TO strong; GRANT strong TO mighty',
  ])('is refused unless the spec allows it: %s', async (grant) => {
    await makeUser('plain');
    const old = await makeUser('mighty');
    await run(grant);
    const password = newPassword();
    const refused = { reason: 'UserPrivileged', mayHaveChanged: false };
    await expect(set('mighty', password)).rejects.toMatchObject(refused);
    await expect(set('new_one', password, { like: 'mighty' })).rejects.toMatchObject(refused);
    expect(await letsIn('mighty', old)).toBe(true);
    await set('mighty', password, { allowPrivileged: true });
    expect(await letsIn('mighty', password)).toBe(true);
  });

  it('is also the admin', async () => {
    const { username } = server.admin;
    const refused = { reason: 'UserPrivileged' };
    await expect(set(username, newPassword())).rejects.toMatchObject(refused);
    const end = target().endPassword(admin, { username }, patience());
    await expect(end).rejects.toMatchObject(refused);
  });
});

describe('an admin', () => {
  const change = () => ({
    ...{ username: 'changed', password: secret(newPassword()), allowPrivileged: false },
  });

  it('who is not let in, or may not do it, changes nothing', async () => {
    await makeUser('changed');
    const fault = { reason: 'AdminRefused', mayHaveChanged: false };
    const powerless = login('powerless', await makeUser('powerless'));
    for (const one of [login(server.admin.username, 'wrong'), powerless]) {
      await expect(target().setPassword(one, change(), patience())).rejects.toMatchObject(fault);
      const end = target().endPassword(one, { username: 'changed' }, patience());
      await expect(end).rejects.toMatchObject(fault);
    }
  });

  it('needs no more than to make users, to see them, and to pass on what they have', async () => {
    await makeUser('changed');
    const lesser = login('lesser', await makeUser('lesser'));
    await run(`GRANT CREATE USER ON *.* TO lesser; GRANT SELECT ON mysql.* TO lesser;
      GRANT SELECT ON shop.* TO lesser WITH GRANT OPTION; GRANT SELECT ON shop.* TO changed`);
    const like = { ...change(), username: 'like_changed', like: 'changed' };
    await target().setPassword(lesser, like, patience());
    await target().setPassword(lesser, change(), patience());
    expect(await letsIn('like_changed', like.password.revealText() ?? '')).toBe(true);
  });
});

describe('a server that looks at passwords', () => {
  const strong = () => `Strong-${newPassword()}-1`;

  beforeAll(() => run("INSTALL SONAME 'simple_password_check'"));
  afterAll(() => run("UNINSTALL SONAME 'simple_password_check'"));

  it('gets one that it takes, past its logs, and refuses others', async () => {
    await run("CREATE OR REPLACE USER ruled@'%' IDENTIFIED BY 'Old-Password-1'");
    const passwords = [strong(), `'"\\%$@:/#? Aa1 ${newPassword()}`];
    for (const password of passwords) {
      await set('ruled', password);
      expect(await letsIn('ruled', password)).toBe(true);
      expect(server.log()).not.toContain(password);
    }
    const binaryLog = JSON.stringify(await run('SHOW BINLOG EVENTS'));
    expect(binaryLog).toContain("SET PASSWORD FOR 'ruled'@'%'='*");
    expect(passwords.filter((password) => binaryLog.includes(password))).toEqual([]);
    const refused = { reason: 'PasswordRejected', mayHaveChanged: false };
    await expect(set('ruled', 'weakweakweak')).rejects.toMatchObject(refused);
    expect(server.log()).not.toContain('weakweakweak');
    expect(await letsIn('ruled', passwords.at(-1) ?? '')).toBe(true);
  });

  it('has two users alternate all the same', async () => {
    await run("CREATE OR REPLACE USER ruled@'%' IDENTIFIED BY 'Old-Password-1'");
    const password = strong();
    await set('ruled_b', password, { like: 'ruled' });
    expect(await letsIn('ruled_b', password)).toBe(true);
    await target().endPassword(admin, { username: 'ruled_b' }, patience());
    expect(await letsIn('ruled_b', password)).toBe(false);
    expect(server.log()).not.toContain(password);
  });

  it('is not told a password that it would log', async () => {
    await run(`CREATE OR REPLACE USER ruled@'%' IDENTIFIED BY 'Old-Password-1';
      CREATE OR REPLACE USER lesser@'%' IDENTIFIED BY 'Old-Password-1';
      GRANT CREATE USER ON *.* TO lesser; GRANT SELECT, UPDATE ON mysql.* TO lesser`);
    const password = strong();
    const change = { username: 'ruled', password: secret(password), allowPrivileged: false };
    const lesser = login('lesser', 'Old-Password-1');
    await expect(target().setPassword(lesser, change, patience())).rejects.toMatchObject({
      reason: 'Unsupported',
      message: expect.stringContaining('log'),
    });
    await run('SET GLOBAL general_log = 0');
    await target().setPassword(lesser, change, patience());
    await run('SET GLOBAL general_log = 1');
    expect(await letsIn('ruled', password)).toBe(true);
    expect(server.log()).not.toContain(password);
  });
});
