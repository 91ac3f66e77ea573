import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import { Tmpfs } from '../../integration/audit/tmpfs.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { reportItem } from '../../unit/audit/ingest/report-builders.js';

/** The reserve is 96 MiB here. */
const VOLUME_MEGABYTES = 320;
const LEFT_MEGABYTES = 110;
const POSTS_MAX = 10;
const EVENTS = 700;
const secret = '/v1/namespaces/pay/secrets/db';

let volume: Tmpfs;
let installation: TestInstallation;
let base: string;
let token: string;
let ingest: string;

beforeAll(async () => {
  volume = new Tmpfs(VOLUME_MEGABYTES);
  const versions = { enabled: false };
  installation = await TestInstallation.start({ dataDir: join(volume.path, 'data'), versions });
  [base = ''] = await installation.gateway.listen();
  const { cluster } = installation;
  await applyFiles(cluster, 'deploy/audit');
  const account = { namespace: 'sallyport', serviceAccount: 'sallyport-audit-ingest' };
  ingest = await cluster.createToken({ ...account, audiences: ['sallyport'] });
  await installation.serve('pay');
  await seedSecret(installation, 'pay', 'db', { password: 'hunter2' });
  token = await installation.user('pay', 'app', [allOfSecrets]);
});

afterAll(async () => {
  await installation.stop();
  volume.unmount();
});

/** About as large as a batch may be, of events about as large as they are stored. */
function batch(): Record<string, unknown> {
  const user = { username: 'm'.repeat(900), groups: Array.from({ length: 30 }, group) };
  const one = () => reportItem({ auditID: randomUUID(), user, impersonatedUser: undefined });
  const items = Array.from({ length: EVENTS }, one);
  return { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items };
}

const group = () => 'g'.repeat(250);
const path = '/v1/audit/kubernetes-events';

function post(body: object): Promise<Answer> {
  return send(base, { method: 'POST', path, body, token: ingest });
}

/** How many events the gateway itself has written. */
function ownEvents(): number {
  const database = new DatabaseSync(join(volume.path, 'data', 'sallyport.db'), { readOnly: true });
  const [row] = database
    .prepare("SELECT count(*) AS n FROM audit_entries WHERE source = 'gateway'")
    .all();
  database.close();
  return Number(row?.['n']);
}

it('leaves room on the disk to reads and writes of others', async () => {
  volume.fill(LEFT_MEGABYTES);
  let answer = await post(batch());
  for (let posts = 1; answer.status === 200 && posts < POSTS_MAX; posts += 1) {
    answer = await post(batch());
  }
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toBe('10');
  expect(answer.json()['detail']).toContain('the disk of the audit log runs short');
  const before = ownEvents();
  for (let posts = 0; posts < 20; posts += 1) expect((await post({})).status).toBe(503);
  expect(ownEvents() - before).toBeLessThan(5);
  const health = await installation.gateway.health.getUrl();
  const ready = await send(health, { path: '/readyz?verbose' });
  expect(ready.text).toMatch(/^\[!\]audit-ingest degraded: refused: the disk/m);
  expect((await send(base, { path: secret, token })).status).toBe(200);
  const body = { stringData: { password: 'changed' } };
  expect((await send(base, { method: 'PATCH', path: secret, token, body })).status).toBe(200);
  volume.drain();
  await expect.poll(async () => (await post({})).status, { timeout: 10_000 }).toBe(422);
});
