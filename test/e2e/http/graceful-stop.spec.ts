import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { makeAuditor, seedSecret } from '../../support/seed.js';

const path = '/v1/namespaces/pay/secrets/shhhhhh';

let installation: TestInstallation;
let built: BuiltGateway;
let dir: string;
let config: object;

beforeAll(async () => {
  [installation, built] = await Promise.all([TestInstallation.start(), buildGateway()]);
  dir = mkdtempSync(join(tmpdir(), 'sallyport-stop-'));
  config = await gatewayConfig(installation.cluster, join(dir, 'data'));
  await installation.serve('pay');
});

afterAll(async () => {
  await installation.stop();
  built.remove();
  rmSync(dir, { recursive: true, force: true });
});

describe('SIGTERM', () => {
  it('lets requests in flight end, has them on record, and exits with 0', async () => {
    const token = await installation.user('pay', 'app', [allOfSecrets]);
    const auditor = await installation.user('pay', 'auditor', []);
    await makeAuditor(installation, 'pay', 'auditor');
    await seedSecret(installation, 'pay', 'shhhhhh', { password: 'root' });
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
});
