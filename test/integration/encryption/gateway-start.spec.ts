import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
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

beforeAll(async () => {
  built = await buildGateway();
});
afterAll(() => built.remove());

/** A gateway, in a folder of its own, and a plugin that may keep its key. */
class Place {
  readonly cwd = mkdtempSync(join(tmpdir(), 'sallyport-key-start-'));
  readonly plugin: KmsPluginServer;
  readonly #ports: Ports;
  #running: StartedSandbox | undefined;

  private constructor(plugin: KmsPluginServer, ports: Ports) {
    this.plugin = plugin;
    this.#ports = ports;
  }

  /** Removed after the test. */
  static async make(onTestFinished: (act: () => Promise<void>) => void): Promise<Place> {
    const place = new Place(await KmsPluginServer.start(), await freePorts());
    onTestFinished(() => place.#remove());
    return place;
  }

  #options(keys: readonly object[]) {
    writeFileSync(join(this.cwd, 'sallyport.yaml'), stringify({ encryption: { keys } }));
    const args = ['--config', 'sallyport.yaml'];
    return { main: built.main, cwd: this.cwd, ports: this.#ports, args };
  }

  async start(keys: readonly object[]): Promise<void> {
    this.#running = await StartedSandbox.start(this.#options(keys));
  }

  /** Resolves with its exit code. */
  async stop(): Promise<number | null | undefined> {
    const code = await this.#running?.stop();
    this.#running = undefined;
    return code;
  }

  failedStart(keys: readonly object[]) {
    return failedStart(this.#options(keys));
  }

  /** Lets the user of this test read versions of `default`. */
  async allowVersions(): Promise<void> {
    const { kubectl } = await ensureBinaries();
    await promisify(execFile)(kubectl, [
      ...['--kubeconfig', join(this.cwd, '.sallyport/sandbox.kubeconfig'), '-n', 'default'],
      ...['create', 'rolebinding', 'versions', '--clusterrole', 'sallyport-viewer'],
      ...['--serviceaccount', 'people:admin'],
    ]);
  }

  async call(method: string, path: string, body?: object) {
    const token = readFileSync(join(this.cwd, '.sallyport/tokens/admin'), 'utf8').trim();
    return send(`http://127.0.0.1:${this.#ports.main}`, {
      ...{ method, path: `/v1/namespaces/default/secrets${path}`, token },
      ...(body && { body }),
    });
  }

  async #remove(): Promise<void> {
    await this.#running?.stop();
    this.plugin.stop();
    rmSync(this.cwd, { recursive: true, force: true });
  }
}

describe.concurrent('a gateway whose history is encrypted', () => {
  it(
    'does not start without its key, or with another one, and says so in one sentence',
    async ({ expect, onTestFinished }) => {
      const place = await Place.make(onTestFinished);
      const embedded = join(place.cwd, '.sallyport/encryption/embedded.1.key');
      await place.start([]);
      expect(await place.stop()).toBe(0);
      const key = readFileSync(embedded);
      rmSync(embedded);
      const file = '.sallyport/encryption/embedded.1.key';
      expect(await place.failedStart([])).toEqual({
        code: 1,
        errorText: `the encryption key embedded.1: the file ${file} does not exist`,
      });
      writeFileSync(embedded, randomBytes(32), { mode: 0o600 });
      const { code, errorText } = await place.failedStart([]);
      expect(code).toBe(1);
      expect(errorText).toMatch(
        /^the encryption key embedded.1 is not the one .* replicas share one$/,
      );
      writeFileSync(embedded, key);
      chmodSync(embedded, 0o644);
      expect((await place.failedStart([])).errorText).toContain('is open to every user');
      chmodSync(embedded, 0o600);
      await place.start([]);
    },
    TEST_MS_MAX,
  );

  it(
    'serves live Secrets while its KMS plugin is away, and history again when it is back',
    async ({ expect, onTestFinished }) => {
      const place = await Place.make(onTestFinished);
      const { plugin } = place;
      const keys = [{ id: 'vault', source: { kms: plugin.socket } }];
      await place.start(keys);
      await place.allowVersions();
      const body = { name: 'shhhhhh', stringData: { password: 'r00t123' } };
      expect((await place.call('POST', '', body)).status).toBe(201);
      const past = async () => (await place.call('GET', '/shhhhhh?version=1')).status;
      await expect.poll(past, { timeout: LATE_MS_MAX }).toBe(200);
      plugin.hangUp();
      await expect.poll(past, { timeout: LATE_MS_MAX, interval: 250 }).toBe(503);
      const closed = await place.call('GET', '/shhhhhh?version=1');
      expect(closed.text).toContain('history is closed');
      expect(closed.text).not.toContain(plugin.socket);
      expect((await place.call('GET', '/shhhhhh')).text).toContain('r00t123');
      const next = { stringData: { password: 'next' } };
      expect((await place.call('PUT', '/shhhhhh', next)).status).toBe(200);
      await plugin.listen();
      await expect.poll(past, { timeout: LATE_MS_MAX, interval: 250 }).toBe(200);
      const second = async () => (await place.call('GET', '/shhhhhh?version=2')).text;
      await expect.poll(second, { timeout: LATE_MS_MAX, interval: 250 }).toContain('next');
      expect(await place.stop()).toBe(0);
      plugin.hangUp();
      const { code, errorText } = await place.failedStart(keys);
      expect(code).toBe(1);
      expect(errorText).toBe(
        `the KMS plugin of vault at ${plugin.socket} cannot be reached to unwrap the key vault.1`,
      );
    },
    TEST_MS_MAX,
  );
});
