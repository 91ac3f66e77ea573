import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordTarget } from '../../../src/rotation/domain/password-target.js';
import { openMysqlTarget } from '../../../src/rotation/targets/mysql/mysql-target.js';
import { openPostgresTarget } from '../../../src/rotation/targets/postgres/postgres-target.js';
import { createCertificateAuthority } from '../../cluster/certificates.js';
import { startMariadb } from '../../services/mariadb.js';
import { startPostgres } from '../../services/postgres.js';
import type { TestServer } from '../../services/test-server.js';
import { closedPort, type HostileServer, startSaying, startTls } from './hostile-servers.js';
import {
  type ConnectionOptions,
  login,
  patience,
  secret,
  targetConnection,
} from './target-connection.js';

const SSL = 0x0800;
const CAPABILITIES = 0x0008_8201;
const HANGS_MS = 300;
const password = 'canary-password-0123456789';

/** A packet of MySQL's protocol. */
function packet(sequence: number, ...parts: readonly (string | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequence;
  return Buffer.concat([header, body]);
}

/** https://mariadb.com/kb/en/connection/#initial-handshake-packet */
function mysqlGreeting(capabilities: number): Buffer {
  const [low, high] = [capabilities & 0xffff, capabilities >>> 16];
  const salt = [1, 2, 3, 4, 5, 6, 7, 8];
  return packet(
    ...([0, [10], '10.11.0-MariaDB\0', [1, 0, 0, 0], salt, [0], [low & 0xff, low >> 8]] as const),
    ...([[45, 2, 0], [high & 0xff, high >> 8], [21], Array(10).fill(0), salt] as const),
    ...(['1234\0', 'mysql_native_password\0'] as const),
  );
}

const kinds = [
  {
    kind: 'PostgreSQL',
    start: startPostgres,
    open: (options: ConnectionOptions): PasswordTarget =>
      openPostgresTarget(targetConnection(options), { database: 'postgres' }),
    withoutTls: { answer: Buffer.from('N') },
    // The byte is followed by an answer to what was not asked yet.
    slipped: { wishBytes: 8, answer: Buffer.from('SR\0\0\0\u0008\0\0\0\0') },
    withTls: { wishBytes: 8, answer: Buffer.from('S') },
    // AuthenticationCleartextPassword.
    asksPlainly: Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]),
  },
  {
    kind: 'MariaDB',
    start: startMariadb,
    open: (options: ConnectionOptions): PasswordTarget =>
      openMysqlTarget(targetConnection(options), { userHost: '%' }),
    withoutTls: { greeting: mysqlGreeting(CAPABILITIES) },
    // The greeting is followed by an OK to a login that was not sent yet.
    slipped: {
      wishBytes: 36,
      greeting: Buffer.concat([
        mysqlGreeting(CAPABILITIES | SSL),
        packet(1, [0, 0, 0, 2, 0, 0, 0]),
      ]),
    },
    withTls: { wishBytes: 36, greeting: mysqlGreeting(CAPABILITIES | SSL) },
    // AuthSwitchRequest.
    asksPlainly: packet(3, [0xfe], 'mysql_clear_password\0', '12345678901234567890\0'),
  },
];

let running: HostileServer | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function run<T extends HostileServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  running = server;
  return server;
}

function logIn(target: PasswordTarget, signal = patience()): Promise<boolean> {
  return target.logIn(login('canary-user', password), signal);
}

describe.each(kinds)('a server that is not $kind as it should be', (kind) => {
  it('is told nothing where it does not offer TLS', async () => {
    const { port, heard } = await run(startSaying(kind.withoutTls));
    const target = kind.open({ port, ca: undefined });
    await expect(logIn(target)).rejects.toMatchObject({ reason: 'TlsFailed' });
    expect(heard()).not.toContain('canary');
    expect(heard().length).toBeLessThanOrEqual(8);
  });

  it('is told nothing where nobody knows its issuer, not even of the user', async () => {
    const { port, heard } = await run(startTls(kind.withTls));
    const { certificate: ca } = await createCertificateAuthority('another');
    for (const known of [ca, undefined]) {
      await expect(logIn(kind.open({ port, ca: known }))).rejects.toMatchObject({
        reason: 'TlsFailed',
        message: expect.stringMatching(/unknown issuer|signed by itself/),
      });
    }
    expect(heard()).toBe('');
  });

  it.each(['other.test', '127.0.0.1', '::1'])(
    'is told nothing where it is not %s, unless names do not matter',
    async (serverName) => {
      const { port, ca, heard } = await run(startTls(kind.withTls));
      const target = kind.open({ port, ca, serverName });
      await expect(logIn(target)).rejects.toMatchObject({
        reason: 'TlsFailed',
        message: 'the target is not trusted: its certificate is for another name',
      });
      expect(heard()).toBe('');
      const lenient = kind.open({ port, ca, serverName, mode: 'verify-ca' });
      await expect(logIn(lenient, AbortSignal.timeout(HANGS_MS))).rejects.toMatchObject({
        reason: 'TargetTimeout',
      });
      expect(heard()).toContain('canary-user');
    },
  );

  it('is not believed where somebody slips words in before TLS', async () => {
    const { port, ca, heard } = await run(startTls(kind.slipped));
    const signal = AbortSignal.timeout(HANGS_MS);
    await expect(logIn(kind.open({ port, ca }), signal)).rejects.toMatchObject({
      reason: expect.stringMatching(/^(TlsFailed|TargetTimeout|TargetFailed)$/),
    });
    expect(heard()).not.toContain(password);
  });

  it('is not told the password itself', async () => {
    const words = { ...kind.withTls, reply: kind.asksPlainly };
    const { port, ca, heard } = await run(startTls(words));
    await expect(logIn(kind.open({ port, ca }))).rejects.toMatchObject({ reason: 'Unsupported' });
    expect(heard()).toContain('canary-user');
    expect(heard()).not.toContain(password);
  });

  it('is not waited for: before TLS, within it, and after it', async () => {
    for (const starting of [startSaying({}), startTls(kind.withTls)]) {
      const server = await run<HostileServer & { ca?: string }>(starting);
      const target = kind.open({ port: server.port, ca: server.ca });
      const signal = AbortSignal.timeout(HANGS_MS);
      await expect(logIn(target, signal)).rejects.toMatchObject({ reason: 'TargetTimeout' });
      await server.stop();
    }
    const aborted = logIn(kind.open({ port: 1, ca: undefined }), AbortSignal.abort());
    await expect(aborted).rejects.toMatchObject({ reason: 'TargetTimeout' });
  });

  it('is no server of that kind where it talks otherwise', async () => {
    const { port } = await run(startSaying({ greeting: Buffer.from('HTTP/1.1 400 Bad\r\n\r\n') }));
    const signal = AbortSignal.timeout(HANGS_MS);
    await expect(logIn(kind.open({ port, ca: undefined }), signal)).rejects.toMatchObject({
      name: expect.stringMatching(/^(Target|Outbound)Fault$/),
      message: expect.not.stringContaining('HTTP'),
    });
  });

  it('is refused where its CA is no certificate', async () => {
    const { port } = await run(startTls(kind.withTls));
    const target = kind.open({ port, ca: 'no certificate' });
    await expect(logIn(target)).rejects.toMatchObject({ reason: 'TlsFailed' });
  });
});

describe.each(kinds)('a real $kind server', ({ start, open }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it.each(['db.test', '127.0.0.1', 'localhost'])('is known by its name %s', async (serverName) => {
    const { port, ca } = server;
    expect(await logIn(open({ port, ca, serverName }))).toBe(false);
  });

  it('cannot be reached where nobody listens, or once it is gone', async () => {
    const unreachable = { reason: 'TargetUnreachable' };
    const nobody = open({ port: await closedPort(), ca: server.ca });
    await expect(logIn(nobody)).rejects.toMatchObject(unreachable);
    await server.kill();
    const target = open({ port: server.port, ca: server.ca });
    await expect(logIn(target)).rejects.toMatchObject(unreachable);
    const change = { username: 'app', password: secret(password), allowPrivileged: false };
    const admin = login(server.admin.username, server.admin.password);
    await expect(target.setPassword(admin, change, patience())).rejects.toMatchObject(unreachable);
    await server.start();
    expect(await logIn(target)).toBe(false);
  });
});
