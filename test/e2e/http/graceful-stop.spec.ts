import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';
import { SocketClient } from '../../support/socket-client.js';
import { SteadyReads } from '../../support/steady-reads.js';
import { eventually } from '../../support/tokens-world.js';

const path = '/v1/namespaces/pay/secrets/shhhhhh';

interface Page {
  readonly items: readonly { readonly auditId: string }[];
  readonly continue?: string;
}

let installation: TestInstallation;
let built: BuiltGateway;
let dir: string;
let config: object;
let token: string;
let auditor: string;

beforeAll(async () => {
  [installation, built] = await Promise.all([TestInstallation.start(), buildGateway()]);
  dir = mkdtempSync(join(tmpdir(), 'sallyport-stop-'));
  config = await gatewayConfig(installation.cluster, join(dir, 'data'));
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
  auditor = await installation.user('pay', 'auditor', []);
  await makeAuditor(installation, 'pay', 'auditor');
  await seedSecret(installation, 'pay', 'shhhhhh', { password: 'root' });
});

afterAll(async () => {
  await installation.stop();
  built.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Of all reveals. */
async function auditIds(base: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let next = '';
  do {
    const query = `?namespace=pay&action=secrets.reveal&limit=500${next}`;
    const answer = await send(base, { path: `/v1/audit/events${query}`, token: auditor });
    expect(answer.status, answer.text).toBe(200);
    const page = answer.json<Page>();
    for (const { auditId } of page.items) ids.add(auditId);
    next = page.continue === undefined ? '' : `&continue=${encodeURIComponent(page.continue)}`;
  } while (next !== '');
  return ids;
}

describe('SIGTERM', () => {
  it('lets requests in flight end, has them on record, and exits with 0', async () => {
    const child = await ChildGateway.start(built.main, config, join(dir, 'data'));
    await send(child.url, { path, token });

    installation.cluster.pause();
    const read = send(child.url, { path, token });
    const stopped = wait(500).then(() => child.stop());
    await wait(1_000);
    installation.cluster.resume();

    expect((await read).status).toBe(200);
    expect(await stopped).toBe(0);
    const again = await ChildGateway.start(built.main, config, join(dir, 'data'));
    const events = await send(again.url, {
      path: '/v1/audit/events?action=secrets.reveal&outcome=allowed',
      token: auditor,
    });
    expect(events.json<{ readonly items: readonly unknown[] }>().items).toHaveLength(2);
    await again.stop();
  });

  it('while reads come by many connections: each that was answered is on record', async () => {
    const child = await ChildGateway.start(built.main, config, join(dir, 'data'));
    // What a WebSocket left behind would be waited for until the stop is late.
    const client = await SocketClient.begin(child.url, token);
    client.close();
    const reads = new SteadyReads(child.url, { path, token });
    await eventually(async () => expect(reads.ids.length).toBeGreaterThan(100));
    const sinceMs = performance.now();
    expect(await child.stop()).toBe(0);
    expect(performance.now() - sinceMs).toBeLessThan(limits.shutdownMsMax);
    await reads.end();
    const statuses = new Set(reads.answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    const again = await ChildGateway.start(built.main, config, join(dir, 'data'));
    const recorded = await auditIds(again.url);
    await again.stop();
    expect(reads.ids.filter((id) => !recorded.has(id))).toEqual([]);
  });
});
