import { Agent } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { Tmpfs } from '../../integration/audit/tmpfs.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send, sendBytes } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { RefusalRecorder } from '../../../src/platform/http/refusal-recorder.js';
import { partOf } from '../../support/part-of.js';

const path = '/v1/namespaces/pay/secrets/db';
const few = limits.anonymousRefusalsOfAddressMax;
const agent = new Agent({ keepAlive: true, maxSockets: 8 });

let volume: Tmpfs;
let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  volume = new Tmpfs(192);
  installation = await TestInstallation.start({
    dataDir: join(volume.path, 'data'),
    listen: { port: 0, trustedProxies: ['127.0.0.1'] },
  });
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  agent.destroy();
  await installation.stop();
  volume.unmount();
});

/** As large as the head of a request may be. */
function refused(from: string): Promise<Answer> {
  const headers = { 'user-agent': 'u'.repeat(7_000), 'x-forwarded-for': from };
  return send(base, { path: `/v1/${'p'.repeat(7_000)}`, headers, agent });
}

async function flood(from: (index: number) => string, count: number): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => refused(from(index))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
}

async function eventsFrom(prefix: string) {
  const filter = { action: ['auth.refused'], sourceIp: prefix };
  return (await partOf(installation.gateway, AuditService).list(filter, { limit: 500 })).items;
}

async function flushed(prefix: string) {
  await partOf(installation.gateway, RefusalRecorder).flush();
  return eventsFrom(prefix);
}

function storedEvent(id = ''): { readonly requestURI: string } {
  const path = join(volume.path, 'data', 'sallyport.db');
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database
      .prepare('SELECT event FROM audit_entries WHERE leaf_index = ?')
      .get(Number(id));
    const json = Buffer.from(row?.['event'] as Uint8Array).toString();
    return JSON.parse(json) as { readonly requestURI: string };
  } finally {
    database.close();
  }
}

/** The room is looked at when somebody is refused. */
async function expectTold(words: string): Promise<void> {
  const isTold = async (): Promise<boolean> => {
    await refused('192.0.2.1');
    return installation.log.some((line) => line.includes(words));
  };
  await expect.poll(isTold, { timeout: 5_000 }).toBe(true);
}

function sumOf(events: readonly { readonly count?: number }[]): number {
  return events.reduce((sum, { count = 1 }) => sum + count, 0);
}

describe('requests without a credential', () => {
  it('of one address are recorded one by one at first, then counted', async () => {
    await flood(() => '198.51.100.1', 300);
    expect(await eventsFrom('198.51.100.1')).toHaveLength(few);
    const events = await flushed('198.51.100.1');
    expect(events).toHaveLength(few + 1);
    expect(sumOf(events)).toBe(300);
    expect(events[0]).toMatchObject({ marks: ['aggregate'], code: 401 });
  });

  it('are recorded with a target of 1 KB and a user agent of 256 bytes, marked as cut', async () => {
    await flood(() => '198.51.100.2', 1);
    const [event] = await eventsFrom('198.51.100.2');
    expect(event?.marks).toEqual(['truncated']);
    expect(Buffer.byteLength(storedEvent(event?.id).requestURI)).toBe(1_024);
    expect(Buffer.byteLength(event?.userAgent ?? '')).toBe(256);
  });

  it('of an IPv6 host count by its /64', async () => {
    await flood((index) => `2001:db8::${(index + 1).toString(16)}`, 200);
    const events = await flushed('2001:db8::*');
    expect(events).toHaveLength(few + 1);
    expect(sumOf(events)).toBe(200);
  });

  it('that are no HTTP count for the other end of their connection', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => sendBytes(base, 'nonsense\r\n\r\n')),
    );
    expect(new Set(answers.map((text) => text.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 400']));
    const events = await flushed('127.0.0.1');
    expect(events).toHaveLength(few + 1);
    expect(sumOf(events)).toBe(60);
  });
});

describe('on a disk that runs short', () => {
  it('they are counted only, while known callers are served and recorded', async () => {
    await partOf(installation.gateway, RefusalRecorder).flush();
    volume.fill(40);
    await expectTold('counted, not recorded');
    await flood((index) => `203.0.113.${index % 50}`, 100);
    expect(await flushed('203.0.113.*')).toEqual([]);
    const read = await send(base, { path, token });
    expect(read.status).toBe(200);
    const id = String(read.headers['audit-id']);
    const audit = partOf(installation.gateway, AuditService);
    const { items } = await audit.list({ secret: 'db' }, { limit: 1 });
    expect(items).toMatchObject([{ auditId: id, action: 'secrets.reveal' }]);
    volume.drain();
    await expectTold('has room again');
    expect(sumOf(await flushed('203.0.113.*'))).toBe(100);
  });
});
