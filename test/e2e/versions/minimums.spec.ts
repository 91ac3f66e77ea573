import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { CaptureWorld } from '../../integration/versions/capture-world.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { dialects } from '../../postgres/test-storage.js';
import { TestInstallation } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { VersionsStore } from '../../../src/versions/domain/versions.store.js';
import { partOf } from '../../support/part-of.js';

const MIB = 1024 * 1024;
const LIMIT = 'sallyport.dev/history-limit';
const AGE = 'sallyport.dev/history-max-age';
const path = '/namespaces/pay/secrets';

/** Guarantee: a right to write Secrets is no right to destroy the histories of Secrets. */
describe.each(dialects)('the history of a Secret in %s', (dialect) => {
  let server: PostgresServer | undefined;
  let dir: string;
  let installation: TestInstallation;
  let world: CaptureWorld;

  beforeAll(async () => {
    server = dialect === 'postgres' ? await PostgresServer.start() : undefined;
    dir = mkdtempSync(join(tmpdir(), 'sallyport-minimums-'));
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  afterEach(() => installation?.stop());

  async function start(versions: object): Promise<void> {
    installation = await TestInstallation.start({ versions, ...(await shared()) });
    await installation.gateway.listen();
    world = new CaptureWorld(installation);
    await world.begin('pay');
  }

  /** What a gateway on PostgreSQL needs beside its data folder. */
  async function shared(): Promise<object> {
    if (server === undefined) return {};
    const place = mkdtempSync(join(dir, 'keys-'));
    const [keyFile, file] = [join(place, 'log.key'), join(place, 'history.key')];
    new LogKeyFile({ path: keyFile }).create();
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
    const encryption = { keys: [{ id: 'shared', source: { file } }] };
    return { storage: { url: await server.createDatabase() }, audit: { keyFile }, encryption };
  }

  async function write(name: string, method: string, stringData: object, more: object = {}) {
    const at = method === 'POST' ? path : `${path}/${name}`;
    const { status, body } = await world.send(method, at, { name, stringData, ...more });
    expect({ name, status }).toEqual({ name, status: method === 'POST' ? 201 : 200 });
    return body;
  }

  const numbers = async (name: string) =>
    (await world.history('pay', name)).map(({ version }) => version);

  async function seed(name: string, count: number): Promise<void> {
    await write(name, 'POST', { password: 'secret-1' });
    for (let edit = 2; edit <= count; edit += 1) {
      await write(name, 'PUT', { password: `secret-${edit}` });
    }
  }

  it('survives annotations by whoever may patch the Secret, whatever stands in them', async () => {
    await start({ limit: 100 });
    await seed('db', 9);
    await write('db', 'PATCH', {}, { annotations: { [LIMIT]: '1', [AGE]: '1s' } });
    const annotations = { [LIMIT]: '1', [AGE]: '1s', note: 'direct' };
    const db = '/api/v1/namespaces/pay/secrets/db';
    await installation.cluster.request('PATCH', db, { metadata: { annotations } });
    await expect.poll(async () => (await numbers('db')).at(-1)).toBe(11);
    for (const odd of ['0', '-1', '1e9', '99999999999999999999', 'one', ' 1', '']) {
      await write('db', 'PATCH', { odd }, { annotations: { [LIMIT]: odd, [AGE]: `${odd}s` } });
    }
    const values = (await world.history('pay', 'db')).map((one) => one.values['password']);
    expect(values.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, at) => `secret-${at + 1}`));
    await world.send('DELETE', `${path}/db`);
    await write('db', 'POST', { password: 'made again' }, { annotations: { [LIMIT]: '1' } });
    await write('db', 'PUT', { password: 'and changed' }, { annotations: { [LIMIT]: '1' } });
    expect((await numbers('db')).slice(0, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }, 300_000);

  it('survives junk Secrets that fill the quota of its namespace, which says so', async () => {
    await start({ namespaceBytesMax: 4 * MIB });
    await seed('db', 4);
    await seed('gone', 2);
    await world.send('DELETE', `${path}/gone`);
    for (let junk = 0; junk < 12; junk += 1) {
      const blob = String(junk).padStart(700 * 1024, 'x');
      await write(`junk-${junk}`, 'POST', { blob });
      if (junk % 2 === 0) await world.send('DELETE', `${path}/junk-${junk}`);
    }
    expect({ db: await numbers('db'), gone: await numbers('gone') }).toEqual({
      db: [1, 2, 3, 4],
      gone: [1, 2],
    });
    const versionsStore = partOf(installation.gateway, VersionsStore);
    expect(await versionsStore.bytes()).toBeLessThanOrEqual(4 * MIB);
    const health = await installation.gateway.health.getUrl();
    const readiness = async () => (await send(health, { path: '/readyz?verbose' })).text;
    await expect.poll(readiness).toMatch(/history.*quota/);
    const lists = { verbs: ['list'], resources: ['auditevents'], apiGroups: ['sallyport.dev'] };
    const auditor = await installation.user('pay', 'auditor', [lists]);
    const events = async () => {
      const url = '/v1/audit/events?namespace=pay&action=versions.skip';
      const headers = { authorization: `Bearer ${auditor}` };
      return (await installation.gateway.fastify.inject({ method: 'GET', url, headers })).body;
    };
    await expect.poll(events, { timeout: 20_000 }).toContain('"action":"versions.skip"');
    expect(installation.log.join('')).toContain('"event":"versions.skipped"');
    const restored = await world.send('POST', `${path}/gone/versions/2/restore`);
    expect(restored.status).not.toBe(404);
  }, 300_000);
});
