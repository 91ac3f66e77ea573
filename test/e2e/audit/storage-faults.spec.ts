import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { seedSecret, storedVersion } from '../../support/seed.js';
import { Tmpfs } from '../../integration/audit/tmpfs.js';

const path = '/v1/namespaces/pay/secrets';
const LATE_MS = 2_000;
/** For the way there and back on a busy machine. */
const SLACK_MS = scaled(500, 4_000);

let volume: Tmpfs;
let installation: TestInstallation;
let base: string;
let token: string;
let database: string;

beforeAll(async () => {
  volume = new Tmpfs(16);
  const dataDir = join(volume.path, 'data');
  // History would let go of blocks of a full volume at moments of its own.
  const versions = { enabled: false };
  installation = await TestInstallation.start({ dataDir, versions });
  [base = ''] = await installation.gateway.listen();
  database = join(dataDir, 'sallyport.db');
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'root' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  await installation.stop();
  volume.unmount();
});

afterEach(async () => {
  // Each fault is over by now, so the next one begins with a gateway that serves.
  await expectServing();
});

const read: Call = { path: `${path}/db` };
const reads: readonly Call[] = [
  read,
  { path: `${path}/db/keys/password` },
  { path: `${path}/db/metadata` },
  { path },
  { path: '/v1/secrets' },
];
const writes: readonly Call[] = [
  { method: 'PUT', path: `${path}/db`, body: { stringData: { password: 'changed' } } },
  { method: 'PATCH', path: `${path}/db`, body: { stringData: { password: 'changed' } } },
  { method: 'PUT', path: `${path}/db/keys/password`, body: Buffer.from('changed') },
  { method: 'DELETE', path: `${path}/db` },
  { method: 'POST', path, body: { name: 'made', stringData: { a: 'b' } } },
];

async function timed(call: Call): Promise<Answer & { readonly durationMs: number }> {
  const startedAtMs = performance.now();
  const answer = await send(base, { token, ...call });
  return { ...answer, durationMs: performance.now() - startedAtMs };
}

function expectUnavailable(answer: Awaited<ReturnType<typeof timed>>, call: Call): void {
  const where = `${call.method ?? 'GET'} ${call.path}: ${answer.text}`;
  expect.soft(answer.status, where).toBe(503);
  expect.soft(answer.headers['retry-after'], where).toMatch(/^\d+$/);
  expect.soft(answer.json()['code'], where).toBe('Unavailable');
  expect.soft(answer.durationMs, where).toBeLessThan(LATE_MS + SLACK_MS);
  expect.soft(answer.text, where).not.toContain('root');
}

/** Every door is shut, and the cluster did not hear of it. */
async function expectShut(): Promise<void> {
  const before = await storedVersion(installation, 'pay', 'db');
  expect(before).toBeDefined();
  for (const call of [...reads, ...writes]) expectUnavailable(await timed(call), call);
  expect(await storedVersion(installation, 'pay', 'db')).toBe(before);
  expect(await storedVersion(installation, 'pay', 'made')).toBeUndefined();
  const refused = await timed({ path: `${path}/db`, token: 'garbage' });
  expect.soft(refused.status, 'an unrecorded 401').toBe(503);
}

async function expectServing(): Promise<void> {
  await expect.poll(async () => (await timed(read)).status, { timeout: 5_000 }).toBe(200);
  const answer = await timed({ ...writes[1], path: `${path}/db` });
  expect(answer.status, answer.text).toBe(200);
}

describe('an audit log that cannot be written shuts every door within 2 s, until it can be:', () => {
  it('its volume is full', async () => {
    // What SQLite had allocated before may still take some events, and gives blocks back.
    let refusedInTurn = 0;
    const readWhenFull = async (): Promise<number> => {
      volume.fill();
      refusedInTurn = (await timed(read)).status === 503 ? refusedInTurn + 1 : 0;
      return refusedInTurn;
    };
    try {
      await expect.poll(readWhenFull, { timeout: 20_000, interval: 1 }).toBe(5);
      await expectShut();
    } finally {
      volume.drain();
    }
    await expectServing();
  });

  it('its volume is read-only', async () => {
    volume.makeReadOnly();
    try {
      await expectShut();
    } finally {
      volume.makeWritable();
    }
    await expectServing();
  });

  it('its folder is gone', async () => {
    const dataDir = join(volume.path, 'data');
    renameSync(dataDir, `${dataDir}-away`);
    try {
      await expectShut();
      expect(existsSync(dataDir)).toBe(false);
    } finally {
      renameSync(`${dataDir}-away`, dataDir);
    }
    await expectServing();
  });

  it('another process holds its write lock', async () => {
    const other = new DatabaseSync(database);
    other.exec('BEGIN IMMEDIATE');
    try {
      for (const call of [read, ...writes.slice(0, 2)]) expectUnavailable(await timed(call), call);
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    await expectServing();
  });
});

describe('a database that was deleted or replaced under the running gateway', () => {
  async function expectNextRefused(damage: () => void, next: Call): Promise<void> {
    const before = await storedVersion(installation, 'pay', 'db');
    damage();
    expectUnavailable(await timed(next), next);
    expect(await storedVersion(installation, 'pay', 'db')).toBe(before);
    await expectServing();
    expect(installation.log.join('')).toContain('deleted or replaced');
  }

  const remove = () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix, { force: true });
  };

  it('serves in the new one, but signs nothing there and says why', async () => {
    const signed = () => {
      const other = new DatabaseSync(database);
      try {
        const row = other.prepare('SELECT max(size) AS size FROM audit_checkpoints').get();
        return Number(row?.['size'] ?? 0);
      } finally {
        other.close();
      }
    };
    await expect.poll(signed, { timeout: 20_000 }).toBeGreaterThan(0);
    await expectNextRefused(remove, read);
    const health = await installation.gateway.health.getUrl();
    const ready = async () => (await send(health, { path: '/readyz?verbose' })).text;
    const reason =
      /^\[-\]audit-log failed: the audit log was rolled back: \d+ entries were signed/m;
    await expect.poll(ready, { timeout: 20_000 }).toMatch(reason);
    expect(await ready()).toMatch(/^\[\+\]audit-anchors ok/m);
    await expectServing();
    expect(signed()).toBe(0);
  });

  it.each([
    ['read', read],
    ['write', writes[1] ?? read],
    ['delete', writes[3] ?? read],
  ])('refuses the next %s, then goes on in a new file', async (_what, next) => {
    await expectNextRefused(remove, next);
  });

  // Several times, since other threads look at the file too, at moments of their own.
  it.each([1, 2, 3, 4, 5])(
    'refuses the next request where a copy took its place, then goes on in that (%d)',
    async () => {
      const copy = join(volume.path, 'copy.db');
      const other = new DatabaseSync(database);
      other.exec(`VACUUM INTO '${copy}'`);
      other.close();
      await expectNextRefused(() => renameSync(copy, database), read);
    },
  );

  it('refuses all while garbage lies in its place, and goes on once that is gone', async () => {
    const away = join(volume.path, 'away.db');
    renameSync(database, away);
    copyFileSync(process.execPath.endsWith('node') ? '/bin/true' : process.execPath, database);
    try {
      for (const call of [read, ...writes.slice(0, 2)]) expectUnavailable(await timed(call), call);
    } finally {
      renameSync(away, database);
    }
    await expectServing();
  });
});
