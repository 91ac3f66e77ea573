import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ensureBinaries } from '../../cluster/binaries.js';
import { KmsPluginServer } from '../../kms/kms-plugin-server.js';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';
import { send } from '../../support/raw-http.js';
import {
  type Ports,
  StartedSandbox,
  failedStart,
  freePorts,
} from '../../support/started-sandbox.js';

const LATE_MS_MAX = 30_000;
const TEST_MS_MAX = 240_000;

let built: BuiltGateway;
let plugin: KmsPluginServer;
let cwd: string;
let ports: Ports;
let running: StartedSandbox | undefined;

beforeAll(async () => {
  built = await buildGateway();
});
afterAll(() => built.remove());

beforeEach(async () => {
  plugin = await KmsPluginServer.start();
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-key-start-'));
  ports = await freePorts();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  plugin.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const options = (keys: readonly object[]) => {
  writeFileSync(join(cwd, 'sallyport.yaml'), stringify({ encryption: { keys } }));
  return { main: built.main, cwd, ports, args: ['--config', 'sallyport.yaml'] };
};

async function start(keys: readonly object[]): Promise<void> {
  running = await StartedSandbox.start(options(keys));
}

async function stop(): Promise<void> {
  expect(await running?.stop()).toBe(0);
  running = undefined;
}

/** Lets the user of this test read versions of `default`. */
async function allowVersions(): Promise<void> {
  const { kubectl } = await ensureBinaries();
  const create = (...args: readonly string[]) =>
    promisify(execFile)(kubectl, [
      ...['--kubeconfig', join(cwd, '.sallyport/sandbox.kubeconfig'), '-n', 'default', 'create'],
      ...args,
    ]);
  await create(
    'rolebinding',
    'versions',
    '--clusterrole',
    'sallyport-viewer',
    '--serviceaccount',
    'people:admin',
  );
}

async function call(method: string, path: string, body?: object) {
  const token = readFileSync(join(cwd, '.sallyport/tokens/admin'), 'utf8').trim();
  return send(`http://127.0.0.1:${ports.main}`, {
    ...{ method, path: `/v1/namespaces/default/secrets${path}`, token },
    ...(body && { body }),
  });
}

describe('a gateway whose history is encrypted', () => {
  const embedded = () => join(cwd, '.sallyport/encryption/embedded.1.key');

  it(
    'does not start without its key, or with another one, and says so in one sentence',
    async () => {
      await start([]);
      await stop();
      const key = readFileSync(embedded());
      rmSync(embedded());
      const file = '.sallyport/encryption/embedded.1.key';
      expect(await failedStart(options([]))).toEqual({
        code: 1,
        errorText: `the encryption key embedded.1: the file ${file} does not exist`,
      });
      writeFileSync(embedded(), randomBytes(32), { mode: 0o600 });
      const { code, errorText } = await failedStart(options([]));
      expect(code).toBe(1);
      expect(errorText).toMatch(
        /^the encryption key embedded.1 is not the one .* replicas share one$/,
      );
      writeFileSync(embedded(), key);
      chmodSync(embedded(), 0o644);
      expect((await failedStart(options([]))).errorText).toContain('is open to every user');
      chmodSync(embedded(), 0o600);
      await start([]);
    },
    TEST_MS_MAX,
  );

  it(
    'serves live Secrets while its KMS plugin is away, and history again when it is back',
    async () => {
      await start([{ id: 'vault', source: { kms: plugin.socket } }]);
      await allowVersions();
      const body = { name: 'shhhhhh', stringData: { password: 'r00t123' } };
      expect((await call('POST', '', body)).status).toBe(201);
      const past = async () => (await call('GET', '/shhhhhh?version=1')).status;
      await expect.poll(past, { timeout: LATE_MS_MAX }).toBe(200);
      plugin.hangUp();
      await expect.poll(past, { timeout: LATE_MS_MAX, interval: 250 }).toBe(503);
      const closed = await call('GET', '/shhhhhh?version=1');
      expect(closed.text).toContain('history is closed');
      expect(closed.text).not.toContain(plugin.socket);
      expect((await call('GET', '/shhhhhh')).text).toContain('r00t123');
      const next = { stringData: { password: 'next' } };
      expect((await call('PUT', '/shhhhhh', next)).status).toBe(200);
      await plugin.listen();
      await expect.poll(past, { timeout: LATE_MS_MAX, interval: 250 }).toBe(200);
      const second = async () => (await call('GET', '/shhhhhh?version=2')).text;
      await expect.poll(second, { timeout: LATE_MS_MAX, interval: 250 }).toContain('next');
      await stop();
      plugin.hangUp();
      const { code, errorText } = await failedStart(
        options([{ id: 'vault', source: { kms: plugin.socket } }]),
      );
      expect(code).toBe(1);
      expect(errorText).toBe(
        `the KMS plugin of vault at ${plugin.socket} cannot be reached to unwrap the key vault.1`,
      );
    },
    TEST_MS_MAX,
  );
});
