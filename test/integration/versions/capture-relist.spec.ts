import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { openStorage } from '../../../src/platform/storage/open-storage.js';
import { TestInstallation, gatewayConfig } from '../../support/gateway.js';
import { historyOf } from './capture-world.js';
import { HistoryRecording } from '../../../src/versions/history-recording.service.js';
import { VersionDependencies } from '../../../src/versions/version.dependencies.js';
import { partOf } from '../../support/part-of.js';

const secrets = '/api/v1/namespaces/pay/secrets';

describe('history whose watch has lapsed', () => {
  let installation: TestInstallation;
  let gateway: Gateway | undefined;
  let dataDir: string;

  beforeAll(async () => {
    installation = await TestInstallation.start({ versions: { enabled: false } });
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-relist-'));
    await installation.serve('pay');
  });
  afterAll(async () => {
    await gateway?.stop();
    await installation?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<Gateway> {
    const config = await gatewayConfig(installation.cluster, dataDir);
    const started = await createGateway(config, { level: 'silent' });
    gateway = started;
    const history = partOf(started, HistoryRecording);
    const isFollowing = () => expect(history.isFollowing('pay')).toBe(true);
    await vi.waitFor(isFollowing, { timeout: 20_000 });
    return started;
  }

  /** Creates it, or changes it. */
  async function put(name: string, v: string, labels = {}): Promise<void> {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels } };
    const { status } = await installation.cluster.request('GET', `${secrets}/${name}`);
    const [method, path] = status === 404 ? ['POST', secrets] : ['PUT', `${secrets}/${name}`];
    await installation.cluster.request(method, path, { ...secret, stringData: { v } });
  }

  const remove = (name: string) => installation.cluster.request('DELETE', `${secrets}/${name}`);

  async function seen(name: string) {
    const versions = await historyOf(gateway as Gateway, 'pay', name);
    return versions.map(({ version, values, isGap }) => [version, values['v'], isGap]);
  }

  async function find(name: string) {
    const { store, namespaces } = partOf(gateway as Gateway, VersionDependencies);
    const namespaceUid = namespaces.known('pay')?.uid ?? '';
    return store.history({ namespaceUid, namespace: 'pay', name });
  }

  it('finds by a list what has become of each Secret, and says where states were missed', async () => {
    for (const name of ['changed', 'kept', 'gone', 'anew', 'touched']) await put(name, 'one');
    const first = await start();
    // Those that were there before are the first versions.
    for (const name of ['changed', 'kept', 'gone', 'anew', 'touched']) {
      await expect.poll(() => seen(name)).toEqual([[1, 'one', false]]);
    }
    await first.stop();
    await put('changed', 'two');
    await put('changed', 'three');
    await put('touched', 'two');
    await put('touched', 'one');
    await remove('gone');
    await remove('anew');
    await put('anew', 'one');
    await put('new', 'one');
    // As after five minutes, when the API server no longer has what came since.
    await forgetCursors();
    const second = await start();
    await expect
      .poll(() => seen('changed'))
      .toEqual([
        [1, 'one', false],
        [2, 'three', true],
      ]);
    await expect
      .poll(() => seen('anew'))
      .toEqual([
        [1, 'one', false],
        [2, 'one', true],
      ]);
    await expect.poll(() => seen('new')).toEqual([[1, 'one', false]]);
    await expect.poll(async () => (await find('gone'))?.deletedMs).toEqual(expect.any(Number));
    expect(await find('gone')).toMatchObject({ currentVersion: undefined, previousVersion: 1 });
    expect(await seen('kept')).toEqual([[1, 'one', false]]);
    expect(await seen('touched')).toEqual([[1, 'one', false]]);
    await put('gone', 'back');
    await expect
      .poll(() => seen('gone'))
      .toEqual([
        [1, 'one', false],
        [2, 'back', false],
      ]);
    await second.stop();
    await put('changed', 'four');
    await remove('kept');
    await start();
    // The watch has gone on where it was.
    await expect.poll(() => seen('changed')).toContainEqual([3, 'four', false]);
    await expect.poll(async () => (await find('kept'))?.deletedMs).toEqual(expect.any(Number));
  }, 120_000);

  async function forgetCursors(): Promise<void> {
    const database = await openStorage('sqlite:', dataDir);
    await database.query((db) => db.deleteFrom('watch_cursors').execute());
    await database.close();
  }
});
