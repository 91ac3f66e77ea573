import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openMongodbTarget } from '../../../src/rotation/targets/mongodb/open-mongodb-target.js';
import { openRedisTarget } from '../../../src/rotation/targets/redis/open-redis-target.js';
import { startFerretdb } from '../../services/ferretdb.js';
import { startRedis } from '../../services/redis.js';
import type { TestServer } from '../../services/test-server.js';
import { login, patience, secret, targetConnection } from './target-connection.js';

// Drivers look at these when they are loaded.
vi.hoisted(() => {
  process.env['DEBUG'] = 'ioredis:*';
  process.env['MONGODB_LOG_ALL'] = 'trace';
  process.env['MONGODB_LOG_PATH'] = 'stderr';
});

const PASSWORD = 'secret-of-the-app-1';

let redis: TestServer;
let ferretdb: TestServer;

beforeAll(async () => {
  await outputOf(async () => {
    redis = await startRedis();
    ferretdb = await startFerretdb();
  });
});

afterAll(async () => {
  for (const name of ['DEBUG', 'MONGODB_LOG_ALL', 'MONGODB_LOG_PATH']) delete process.env[name];
  await Promise.all([redis.stop(), ferretdb.stop()]);
});

/** What is written to standard error and output meanwhile. */
async function outputOf(work: () => Promise<unknown>): Promise<string> {
  const chunks: string[] = [];
  const spies = [process.stderr, process.stdout].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      chunks.push(String(chunk));
      return true;
    }),
  );
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return chunks.join('');
}

const forms = [
  PASSWORD,
  Buffer.from(PASSWORD).toString('base64').slice(0, 24),
  Buffer.from(PASSWORD).toString('hex'),
  [...Buffer.from(PASSWORD)].map((byte) => byte.toString(16)).join(' '),
];

describe('the output of drivers that are told to debug', () => {
  it('holds no password of Redis', async () => {
    const target = openRedisTarget(targetConnection(redis));
    const output = await outputOf(() => target.logIn(login('app', PASSWORD), patience()));
    expect(output).toContain('AUTH');
    for (const form of forms) expect(output).not.toContain(form);
  });

  it('holds no password of MongoDB', async () => {
    const target = openMongodbTarget(targetConnection(ferretdb), { authDatabase: 'admin' });
    const { username, password } = ferretdb.admin;
    const admin = login(username, password);
    const change = { username, password: secret(PASSWORD), allowPrivileged: true };
    const output = await outputOf(async () => {
      await target.setPassword(admin, change, patience());
      expect(await target.logIn(login(username, PASSWORD), patience())).toBe(true);
    });
    for (const form of [...forms, password]) expect(output).not.toContain(form);
  });
});
