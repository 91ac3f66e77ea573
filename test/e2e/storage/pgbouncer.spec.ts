import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../../src/audit/audit.service.js';
import { PgBouncer } from '../../postgres/pgbouncer.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { partOf } from '../../support/part-of.js';
import { send } from '../../support/raw-http.js';
import { scaled } from '../../support/scale.js';
import { eventually } from '../../support/tokens-world.js';
import { secretPath, TwoGateways } from './two-gateways.js';

/** Fewer than one gateway opens. */
const SERVER_CONNECTIONS = 6;
const WRITES_AT_ONCE = 24;
/** As few as a gateway can be set to. */
const CONNECTIONS_MAX = 16;

/** The page says what an operator has to set. */
const page = readFileSync('docs/postgresql.md', 'utf8');
const blockOf = (language: 'ini' | 'sql') =>
  new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
const settings = Object.fromEntries(
  blockOf('ini')
    .trim()
    .split('\n')
    .map((line) => line.split(' = ')),
) as Readonly<Record<string, string>>;

/** Guarantee: a pooler that gives each transaction another connection changes nothing. */
describe('two gateways behind PgBouncer in transaction mode', () => {
  let server: PostgresServer;
  let pooler: PgBouncer;
  let gateways: TwoGateways;
  let url: string;
  let connectionsMost = 0;
  let clientsMost = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    await server.run(blockOf('sql').replaceAll('sallyport_runtime', 'postgres'));
    pooler = await PgBouncer.start(url, {
      default_pool_size: `${SERVER_CONNECTIONS}`,
      ...settings,
    });
    gateways = await TwoGateways.start(pooler.url, { connectionsMax: CONNECTIONS_MAX });
  });

  afterAll(async () => {
    await gateways.stop();
    await pooler.stop();
    await server.stop();
  });

  const write = (base: string, key: string) =>
    send(base, {
      method: 'PATCH',
      path: secretPath,
      token: gateways.owner,
      headers: { 'idempotency-key': key },
      body: { stringData: { pin: key } },
    });

  const events = async () => {
    const audit = partOf(gateways.world.installation.gateway, AuditService);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await audit.list({}, { limit: 500, ...(cursor !== undefined && { cursor }) });
      found.push(...page.items.map(({ auditId }) => String(auditId)));
      cursor = page.continue;
    } while (cursor !== undefined);
    return found;
  };

  const connections = async () => {
    const [row] = await server.run(
      `SELECT count(*)::int FROM pg_stat_activity
        WHERE datname = '${new URL(url).pathname.slice(1)}'`,
    );
    return Number(row?.['count']);
  };

  /** Writes through both gateways; returns the audit ids that were acknowledged. */
  async function load(writes: number, name: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const client = async (_: unknown, first: number) => {
      for (let at = first; at < writes; at += WRITES_AT_ONCE) {
        const [one, other] = gateways.bases;
        const answer = await write(at % 2 === 0 ? one : other, `${name}-${at}`);
        expect([200, 409, 503]).toContain(answer.status);
        if (answer.status === 200) ids.push(String(answer.headers['audit-id']));
        connectionsMost = Math.max(connectionsMost, await connections());
        clientsMost = Math.max(clientsMost, await pooler.clients().catch(() => 0));
      }
    };
    await Promise.all(Array.from({ length: WRITES_AT_ONCE }, client));
    return ids;
  }

  it('share its connections, and record every request once', async () => {
    const writes = scaled(2_000, 200);
    const ids = await load(writes, 'steady');
    expect(connectionsMost).toBeLessThanOrEqual(SERVER_CONNECTIONS);
    expect(clientsMost).toBeGreaterThan(SERVER_CONNECTIONS);
    expect(clientsMost).toBeLessThanOrEqual(2 * CONNECTIONS_MAX);
    const stored = await events();
    expect(new Set(stored).size).toBe(stored.length);
    expect(ids.length).toBeGreaterThan(writes / 2);
    expect(ids.filter((id) => !stored.includes(id))).toEqual([]);
  }, 300_000);

  it('run a keyed write once', async () => {
    const [one, other] = gateways.bases;
    const [first, again] = [await write(one, 'once'), await write(other, 'once')];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json()).toEqual(first.json());
  });

  it('lose no acknowledged event when it ends, serve again, and sign all events', async () => {
    const loaded = load(scaled(2_000, 200), 'cut');
    await pooler.crash();
    const ids = await loaded;
    for (const base of gateways.bases) {
      await eventually(async () =>
        expect((await gateways.read(base, gateways.owner)).status).toBe(200),
      );
    }
    const stored = await eventually(events);
    expect(ids.filter((id) => !stored.includes(id))).toEqual([]);
    expect(new Set(stored).size).toBe(stored.length);
    const signed = async () => {
      const [row] = await server.run('SELECT max(size)::int FROM audit_checkpoints', url);
      return Number(row?.['max']);
    };
    await expect.poll(signed, { timeout: 15_000 }).toBeGreaterThanOrEqual(stored.length);
  }, 300_000);
});
