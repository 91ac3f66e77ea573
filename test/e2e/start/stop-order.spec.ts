import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createGateway } from '../../../src/app/gateway.js';
import { LogStore } from '../../../src/audit/log/log-store.js';
import type { Config } from '../../../src/platform/config/config.schema.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { applyFiles } from '../../cluster/manifests.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { gatewayConfig } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { startTestCluster } from '../../support/test-target.js';

// What the order of starts and stops of providers guarantees.

let cluster: TestCluster;
let folder: string;
let dataDir: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  await applyFiles(cluster, 'deploy/rbac/constrained/by-namespace');
});
afterAll(() => cluster.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-stop-order-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function annotationsIn(event: Uint8Array): { readonly action: string; readonly count: number } {
  const { annotations } = JSON.parse(Buffer.from(event).toString()) as {
    readonly annotations: Readonly<Record<string, string>>;
  };
  const { 'sallyport.dev/action': action = '', 'sallyport.dev/count': count = '1' } = annotations;
  return { action, count: Number(count) };
}

/** Starts a gateway, lets it do something, and stops it. */
async function whileRunning(config: Config, act: (url: string) => Promise<unknown>): Promise<void> {
  const gateway = await createGateway(config, { level: 'silent' });
  try {
    const [url = ''] = await gateway.listen();
    await act(url);
  } finally {
    await gateway.stop();
  }
}

async function inDatabase<T>(read: (database: SqliteDatabase) => Promise<T>): Promise<T> {
  const database = await SqliteDatabase.open(dataDir);
  try {
    return await read(database);
  } finally {
    await database.close();
  }
}

const keyRows = (database: SqliteDatabase) =>
  database.query((db) =>
    db.selectFrom('encryption_keys').select(['id', 'state']).orderBy('id').execute(),
  );

function keyFile(id: string): { readonly id: string; readonly source: { readonly file: string } } {
  const file = join(folder, `${id}.key`);
  writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return { id, source: { file } };
}

it('a stop signs everything, also refusals that were only counted until then', async () => {
  const refusals = 60;
  await whileRunning(await gatewayConfig(cluster, dataDir), async (url) => {
    for (let sent = 0; sent < refusals; sent += 1) {
      expect((await send(url, { path: '/v1/namespaces' })).status).toBe(401);
    }
  });
  const { entries, signed } = await inDatabase(async (database) => ({
    entries: await database.query((db) =>
      db.selectFrom('audit_entries').select(['event', 'leaf_index']).execute(),
    ),
    signed: await new LogStore(database).lastCheckpoint(),
  }));
  const refused = entries
    .map(({ event, leaf_index: index }) => ({ index, ...annotationsIn(event) }))
    .filter(({ action }) => action === 'auth.refused');
  expect(refused.length).toBeLessThan(refusals);
  expect(refused.reduce((sum, { count }) => sum + count, 0)).toBe(refusals);
  // Only the events of anchors, which name what was signed, come later.
  expect(signed?.size).toBeGreaterThan(Math.max(...refused.map(({ index }) => index)));
});

it('a key of history is not replaced if the key of the audit log is missing', async () => {
  const former = keyFile('former');
  const config = await gatewayConfig(cluster, dataDir, { encryption: { keys: [former] } });
  await whileRunning(config, async () => undefined);
  const before = await inDatabase(keyRows);
  expect(before).toContainEqual({ id: 'former', state: 'active' });

  rmSync(join(dataDir, 'audit', 'log.key'));
  const keys = [{ ...former, state: 'decrypt-only' }, keyFile('next')];
  const rotated = await gatewayConfig(cluster, dataDir, { encryption: { keys } });
  await expect(createGateway(rotated, { level: 'silent' })).rejects.toThrow(/log\.key is missing/);
  expect(await inDatabase(keyRows)).toEqual(before);
});

it('a database is not made while the kubeconfig cannot be read', async () => {
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, '{}', { mode: 0o600 });
  const config = await gatewayConfig(cluster, dataDir);
  const broken = { ...config, kubernetes: { ...config.kubernetes, kubeconfig } };
  await expect(createGateway(broken, { level: 'silent' })).rejects.toThrow(/kubeconfig/);
  expect(existsSync(join(dataDir, 'sallyport.db'))).toBe(false);
});

it('a database is not made while the file of trusted issuers cannot be read', async () => {
  const configFile = join(folder, 'issuers');
  writeFileSync(configFile, 'kind: {', { mode: 0o600 });
  const config = await gatewayConfig(cluster, dataDir);
  const broken = { ...config, auth: { ...config.auth, configFile } };
  await expect(createGateway(broken, { level: 'silent' })).rejects.toThrow(/issuers/);
  expect(existsSync(join(dataDir, 'sallyport.db'))).toBe(false);
});
