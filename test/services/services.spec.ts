import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../cluster/certificates.js';
import { processesMentioning } from '../cluster/processes.js';
import { processTree } from '../postgres/process-tree.js';
import { startFerretdb } from './ferretdb.js';
import { startMariadb } from './mariadb.js';
import { startPostgres } from './postgres.js';
import { isRunning } from './process-state.js';
import { findProgram } from './programs.js';
import { startRedis } from './redis.js';
import {
  adminLogin,
  openMariadb,
  openMongo,
  openPostgres,
  openRedis,
  type Login,
  type Session,
} from './sessions.js';
import type { TestServer, TestServerOptions } from './test-server.js';

interface Kind {
  readonly file: string;
  readonly start: (options?: TestServerOptions) => Promise<TestServer>;
  readonly open: (login: Login) => Promise<Session>;
  /** What a client hears that speaks plain text. */
  readonly refusal: RegExp;
}

const kinds: readonly Kind[] = [
  { file: 'postgres', start: startPostgres, open: openPostgres, refusal: /no encryption/ },
  { file: 'mariadb', start: startMariadb, open: openMariadb, refusal: /Access denied/ },
  { file: 'redis', start: startRedis, open: openRedis, refusal: /closed|ECONNRESET/ },
  { file: 'ferretdb', start: startFerretdb, open: openMongo, refusal: /closed|ECONNRESET/ },
];

describe.each(kinds)('a server of $file', ({ file, start, open, refusal }) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await start();
  });

  afterAll(() => server.stop());

  /** Logs in, and hands out what `use` finds there. */
  async function as<T>(login: Login, use: (session: Session) => Promise<T>): Promise<T> {
    const session = await open(login);
    try {
      return await use(session);
    } finally {
      await session.end();
    }
  }

  it('accepts its admin over TLS that its authority signed', async () => {
    await as(adminLogin(server), (session) => session.write('first'));
    expect(await as(adminLogin(server), (session) => session.read())).toBe('first');
  });

  it('has a certificate for each of its names', () => {
    const certificate = new X509Certificate(readFileSync(join(server.dir, 'server.crt')));
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkHost('db.test')).toBe('db.test');
    expect(certificate.verify(new X509Certificate(server.ca).publicKey)).toBe(true);
  });

  it('is refused by a client that trusts another authority', async () => {
    const { certificate: ca } = await createCertificateAuthority('another');
    await expect(open({ ...adminLogin(server), ca })).rejects.toThrow(/certificate/);
  });

  it('refuses plain text', async () => {
    const { ca: _, ...plain } = adminLogin(server);
    await expect(open(plain)).rejects.toThrow(refusal);
  });

  it('refuses a wrong password', async () => {
    await expect(open({ ...adminLogin(server), password: 'wrong' })).rejects.toThrow(
      /password|denied|WRONGPASS|authentication/i,
    );
  });

  it('keeps its data, its port and its users when it is killed', async () => {
    const before = server.pid;
    const { port } = server;
    const tree = processTree(before);
    await server.kill();
    expect(tree.filter(isRunning)).toEqual([]);
    await expect(open(adminLogin(server))).rejects.toThrow(/ECONNREFUSED/);
    await server.start();
    expect(server.pid).not.toBe(before);
    expect(server.port).toBe(port);
    expect(await as(adminLogin(server), (session) => session.read())).toBe('first');
  });

  it('leaves no process and no folder when it is stopped, whoever is connected', async () => {
    const other = await start();
    const tree = processTree(other.pid);
    const session = await open(adminLogin(other));
    const stopped = other.stop();
    await session.end().catch(() => undefined);
    await stopped;
    expect(tree.filter(isRunning)).toEqual([]);
    expect(existsSync(other.dir)).toBe(false);
    expect(other.log()).not.toBe('');
    expect(() => other.pid).toThrow('does not run');
  });

  it('leaves nothing when it was killed and is then stopped', async () => {
    const other = await start();
    await other.kill();
    await other.stop();
    expect(existsSync(other.dir)).toBe(false);
    expect(await processesMentioning(other.dir)).toEqual([]);
  });

  it('ends with the process that started it, however that ends', async () => {
    const hooks = join(import.meta.dirname, '..', 'ts-hooks.mjs');
    const script = `
      import { ${start.name} } from ${JSON.stringify(join(import.meta.dirname, `${file}.ts`))};
      const server = await ${start.name}();
      console.log(JSON.stringify({ dir: server.dir, pid: server.pid }));
      setInterval(() => {}, 1_000);
    `;
    const owner = spawn(
      process.execPath,
      ['--import', hooks, '--input-type=module', '--eval', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = await once(createInterface(owner.stdout), 'line');
    const { dir, pid } = JSON.parse(String(line)) as { dir: string; pid: number };
    const tree = processTree(pid);
    owner.kill('SIGKILL');
    await vi.waitFor(
      () => {
        expect(tree.filter(isRunning)).toEqual([]);
        expect(existsSync(dir)).toBe(false);
      },
      { timeout: 10_000 },
    );
  });
});

describe('a server for tests', () => {
  it('logs every statement, where it is PostgreSQL or MariaDB', async () => {
    for (const { start, open } of kinds.slice(0, 2)) {
      const server = await start();
      try {
        const session = await open(adminLogin(server));
        await session.write('seen in the log');
        await session.end();
        expect(server.log()).toContain('CREATE TABLE IF NOT EXISTS notes');
        expect(server.log()).toContain('seen in the log');
      } finally {
        await server.stop();
      }
    }
  });

  it('keeps users that were saved, where it is Redis', async () => {
    const server = await startRedis();
    try {
      const { host, port, ca, admin } = server;
      const client = new Redis({ host, port, tls: { ca }, ...admin });
      await client.acl('SETUSER', 'app', 'on', '>secret', '+@all', '~*');
      await client.acl('SAVE');
      await client.quit();
      const user = { ...adminLogin(server), username: 'app', password: 'secret' };
      await server.kill();
      await server.start();
      await (await openRedis(user)).end();
    } finally {
      await server.stop();
    }
  });

  it('takes the settings it is given, and the names of its certificate', async () => {
    const server = await startPostgres({
      settings: { log_statement: 'none' },
      hosts: ['elsewhere.test'],
    });
    try {
      await expect(openPostgres(adminLogin(server))).rejects.toThrow('does not match');
      expect(server.log()).not.toContain('LOG:  statement:');
    } finally {
      await server.stop();
    }
  });

  it('that does not start rejects with what it said, and leaves nothing', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'sallyport-services-'));
    vi.stubEnv('TMPDIR', parent);
    try {
      chmodSync(parent, 0o755);
      await expect(startPostgres({ settings: { max_connections: 'many' } })).rejects.toThrow(
        'invalid value for parameter "max_connections": "many"',
      );
      expect(readdirSync(parent)).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      rmSync(parent, { recursive: true });
    }
  });

  it('says which package to install where its program is missing', () => {
    expect(() => findProgram('no-such-server', 'no-such-package')).toThrow(
      /start no-such-server: install it \(Debian package "no-such-package"; where root runs `npm/,
    );
  });
});
