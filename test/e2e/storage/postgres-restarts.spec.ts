import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';

const secrets = '/v1/namespaces/default/secrets';
const CLIENTS = 24;
const HEALTHY_MS_MAX = 20_000;
/** What was made under load goes five seconds later. */
const AT_REST_MS_MAX = 20_000;

/** Guarantee: a gateway outlives its database, and keeps every event that it has acknowledged. */
describe('a gateway whose PostgreSQL server restarts under load', () => {
  let server: PostgresServer;
  let url: string;
  let built: BuiltGateway;
  let gateway: ChildGateway;
  let dir: string;
  let authorization: Readonly<Record<'admin' | 'auditor', string>>;

  beforeAll(async () => {
    [server, built] = await Promise.all([PostgresServer.start(), buildGateway()]);
    url = await server.createDatabase();
    dir = mkdtempSync(join(tmpdir(), 'sallyport-restarts-'));
    const keyFile = join(dir, 'log.key');
    new LogKeyFile({ path: keyFile }).create();
    const file = join(dir, 'history.key');
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
    const dataDir = join(dir, 'data');
    const config = {
      listen: { port: 0, tls: { port: 0 } },
      health: { port: 0 },
      dataDir,
      kubernetes: { mode: 'sandbox', sandboxPort: 0 },
      limits: { requestsPerSecond: 100_000, burst: 100_000 },
      storage: { url },
      audit: { keyFile },
      encryption: { keys: [{ id: 'shared', source: { file } }] },
    };
    gateway = await ChildGateway.start(built.main, config, dataDir);
    const headerOf = (user: string) =>
      readFileSync(join(dataDir, 'headers', user), 'utf8')
        .trim()
        .replace('Authorization: ', '');
    authorization = { admin: headerOf('admin'), auditor: headerOf('auditor') };
  });

  afterAll(async () => {
    await gateway.stop();
    await server.stop();
    built.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  function call(what: Call, user: 'admin' | 'auditor' = 'admin'): Promise<Answer> {
    const headers = { ...what.headers, authorization: authorization[user] };
    return send(gateway.url, { ...what, headers });
  }

  function write(): Promise<Answer> {
    return call({
      method: 'PATCH',
      path: `${secrets}/db`,
      headers: { 'idempotency-key': randomBytes(8).toString('hex') },
      body: { stringData: { pin: randomBytes(2).toString('hex') } },
    });
  }

  /** Requests that use every pool and thread with connections to the database. */
  const mixed = [
    () => call({ path: `${secrets}/db` }),
    () => call({ path: '/v1/audit/events?limit=5' }, 'auditor'),
    write,
    () => call({ path: '/v1/audit/checkpoint' }, 'auditor'),
    () => call({ path: '/v1/audit/counts?by=action' }, 'auditor'),
  ];

  /** Sends requests until told to stop; returns the audit ids that were acknowledged. */
  async function load(signal: AbortSignal): Promise<readonly string[]> {
    const acknowledged: string[] = [];
    const client = async (_: unknown, index: number): Promise<void> => {
      for (let turn = index; !signal.aborted && gateway.isRunning; turn += 1) {
        const answer = await mixed[turn % mixed.length]?.().catch(() => undefined);
        if (answer?.status !== 200) continue;
        acknowledged.push(String(answer.headers['audit-id']));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return acknowledged;
  }

  /** Waits until a write is answered; a gateway that has ended fails at once. */
  async function untilServed(when: string): Promise<void> {
    const lastMs = performance.now() + HEALTHY_MS_MAX;
    for (;;) {
      const answer = await write().catch(() => undefined);
      expect(gateway.isRunning, when).toBe(true);
      if (answer?.status === 200) return;
      expect(performance.now(), when).toBeLessThan(lastMs);
    }
  }

  it('lives, serves again, and has lost no acknowledged event', async () => {
    const body = { name: 'db', stringData: { password: 'hunter2-hunter2' } };
    const create = () => call({ method: 'POST', path: secrets, body });
    await expect.poll(async () => (await create()).status).toBe(201);
    const ending = new AbortController();
    const loaded = load(ending.signal);
    const restarts = scaled(50, 5);
    for (let count = 1; count <= restarts; count += 1) {
      await (count % 3 === 0 ? server.crash() : server.restart());
      await untilServed(`after restart ${count} of ${restarts}`);
    }
    ending.abort();
    const acknowledged = await loaded;
    expect(gateway.isRunning).toBe(true);
    const rows = await server.run('SELECT audit_id FROM audit_entries', url);
    const stored = new Set(rows.map((row) => row['audit_id']));
    expect(acknowledged.length).toBeGreaterThan(restarts);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const ready = await send(gateway.healthUrl, { path: '/readyz' });
    expect([ready.status, ready.text]).toEqual([200, ready.text]);
  }, 600_000);

  it('has four connections at rest', async () => {
    const connections = async () => {
      const [row] = await server.run(
        "SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'sallyport'",
      );
      return row?.['count'];
    };
    await expect.poll(connections, { timeout: AT_REST_MS_MAX }).toBe(4);
  });
});
