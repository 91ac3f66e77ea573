import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announcementOf } from '../../../src/core/announced-id.js';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { TestInstallation } from '../../support/gateway.js';
import { startTestCluster } from '../../support/test-target.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';

const used: string[] = [];
const missing: string[] = [];
const plain: string[] = [];
let dataDir: string;
let installation: TestInstallation;
let proxy: UpstreamProxy;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-announced-'));
  installation = await TestInstallation.start({ dataDir }, undefined, async () => {
    const cluster = await startTestCluster();
    proxy = await UpstreamProxy.start(cluster);
    proxy.onRequest = ({ path, rawHeaders }) => look(path, rawHeaders);
    cluster.kubeconfigFor = ({ token, name }) => {
      const file = join(cluster.dir, `${name}.kubeconfig`);
      writeFileSync(file, proxyKubeconfig(proxy.url, token), { mode: 0o600 });
      return Promise.resolve(file);
    };
    return cluster;
  });
});

afterAll(async () => {
  await installation.stop();
  await proxy.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** What each event lists of calls to the cluster. */
function listed(): readonly string[] {
  const database = new DatabaseSync(databasePath(dataDir), { readOnly: true });
  try {
    const upstream = `CAST(event AS TEXT) ->> '$.annotations."sallyport.dev/upstream-ids"'`;
    const rows = database.prepare(`SELECT ${upstream} AS ids FROM audit_entries`).all();
    return rows.flatMap(({ ids }) => (typeof ids === 'string' ? [ids] : []));
  } finally {
    database.close();
  }
}

/** Compares the id of a watch of Secrets with the trail, before the API server has it. */
function look(path: string, rawHeaders: readonly string[]): void {
  const isWatch = new URL(path, 'http://cluster').searchParams.get('watch') !== null;
  if (!isWatch || !path.split('?', 1)[0]?.endsWith('/secrets')) return;
  const id = rawHeaders[rawHeaders.indexOf('Audit-ID') + 1] ?? '';
  const text = listed().join(',');
  used.push(id);
  if (!text.includes(announcementOf(id))) missing.push(id);
  if (text.includes(id)) plain.push(id);
}

it('watches of Secrets are announced by hashes, before they begin and each once', async () => {
  await installation.serve('pay');
  // That of the history and that of the cache, and then those that go on from them.
  await expect.poll(() => used.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
  expect(new Set(used).size).toBe(used.length);
  expect([missing, plain]).toEqual([[], []]);
  const announced = listed().flatMap((ids) => (ids.includes('sha256:') ? ids.split(',') : []));
  expect(announced.length).toBeGreaterThanOrEqual(used.length);
  expect(new Set(announced).size).toBe(announced.length);
}, 120_000);
