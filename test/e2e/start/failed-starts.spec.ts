import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/platform/config/config.schema.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { applyFiles } from '../../cluster/manifests.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { gatewayConfig } from '../../support/gateway.js';
import { isLong } from '../../support/scale.js';
import { startTestCluster } from '../../support/test-target.js';

const run = promisify(execFile);
/** A process that something keeps alive is ended then, and the test fails. */
const ENDED_MS_MAX = 60_000;
const hooks = ['--import', resolve('test/ts-hooks.mjs')];
const child = resolve('test/e2e/start/start-child.ts');

let cluster: TestCluster;
let folder: string;
let dataDir: string;
let taken: Server;
let port: number;

beforeAll(async () => {
  cluster = await startTestCluster();
  await applyFiles(cluster, 'deploy/rbac/constrained/by-namespace');
});
afterAll(() => cluster.stop());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-failed-start-'));
  dataDir = join(folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  taken = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => taken.once('listening', listening));
  ({ port } = taken.address() as AddressInfo);
});
afterEach(() => {
  taken.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the process says; rejects if it does not end by itself. */
async function said(config: Config): Promise<string> {
  const args = [...hooks, child, JSON.stringify(config)];
  const { stdout } = await run(process.execPath, args, { timeout: ENDED_MS_MAX });
  return stdout.trimEnd();
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

type Broken = (config: Config) => Config | Promise<Config>;

const notThere = '/nowhere/not-there';
/** Where the start fails, what breaks it, and what it says. */
const failures: readonly (readonly [string, Broken, RegExp])[] = [
  [
    'the kubeconfig',
    (config) => ({
      ...config,
      kubernetes: { ...config.kubernetes, kubeconfig: file('kubeconfig', '{}') },
    }),
    /^cannot start: .*kubeconfig/,
  ],
  [
    'the database, which is no database',
    async (config) => {
      writeFileSync(join(dataDir, 'sallyport.db'), 'not a database at all');
      return config;
    },
    /not a database/,
  ],
  [
    'a database server that is away',
    ({ storage, ...config }) => ({
      ...config,
      storage: { ...storage, url: 'postgres://sallyport@127.0.0.1:1/sallyport' },
    }),
    /ECONNREFUSED|cannot be reached|refused/,
  ],
  [
    'an encryption key that is none',
    (config) => ({
      ...config,
      encryption: {
        keys: [{ id: 'k', state: 'active', source: { file: file('key', 'too short') } }],
      },
    }),
    /32 bytes/,
  ],
  [
    'a KMS plugin that is not there',
    (config) => ({
      ...config,
      encryption: { keys: [{ id: 'k', state: 'active', source: { kms: join(folder, 'sock') } }] },
    }),
    /plugin/,
  ],
  [
    'the key of the audit log',
    (config) => ({ ...config, audit: { ...config.audit, keyFile: file('log-key', 'no key') } }),
    /key/,
  ],
  [
    'the file of trusted issuers',
    (config) => ({ ...config, auth: { ...config.auth, configFile: file('issuers', 'kind: {') } }),
    /issuers/,
  ],
  [
    'a receiver of notifications',
    (config) => ({
      ...config,
      rotation: {
        ...config.rotation,
        notifications: [{ url: 'https://127.0.0.1:1/', secretFile: notThere }],
      },
    }),
    /no such file .*not-there/,
  ],
  [
    'the port of the health listener',
    (config) => ({ ...config, health: { ...config.health, port } }),
    /^port \d+ of 127\.0\.0\.1 is taken: .*SALLYPORT_HEALTH_PORT/,
  ],
  [
    'the port of the gateway',
    (config) => ({ ...config, listen: { ...config.listen, port } }),
    /^port \d+ of 127\.0\.0\.1 is taken: .*SALLYPORT_PORT/,
  ],
  [
    'the certificate of the TLS listener',
    (config) => ({
      ...config,
      listen: { ...config.listen, tls: { port: 0, cert: notThere, key: notThere } },
    }),
    /not-there/,
  ],
];

/** Of a short run: one place of each kind. */
const places = ['kubeconfig', 'is no database', 'port of the gateway'];
const tried = failures.filter(([at]) => isLong || places.some((place) => at.includes(place)));

describe('a start that fails', () => {
  it.each(tried)('at %s, says one sentence and leaves nothing open', async (_, broken, why) => {
    const config = await broken(await gatewayConfig(cluster, dataDir));
    const sentence = await said(config);
    expect(sentence).toMatch(why);
    expect(sentence.split('\n')).toHaveLength(1);
    // The lock on the folder was given back, if it was taken at all.
    if (!sentence.includes('not a database')) await (await SqliteDatabase.open(dataDir)).close();
  });

  it('at a data folder in use, leaves it to its owner', async () => {
    const owner = await SqliteDatabase.open(dataDir);
    try {
      const sentence = await said(await gatewayConfig(cluster, dataDir));
      expect(sentence).toMatch(/^another Sallyport process uses the data folder/);
      await owner.query((db) => db.selectFrom('audit_head').selectAll().execute());
    } finally {
      await owner.close();
    }
  });
});

it('a start that succeeds is stopped without a trace as well', async () => {
  expect(await said(await gatewayConfig(cluster, dataDir))).toMatch(/^listens on http:/);
  await (await SqliteDatabase.open(dataDir)).close();
});
