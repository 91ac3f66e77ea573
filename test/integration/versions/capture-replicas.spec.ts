import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Gateway, createGateway } from '../../../src/app/gateway.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { TestInstallation, allOfSecrets, gatewayConfig } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { scaled } from '../../support/scale.js';
import { historyOf } from './capture-world.js';
import { HistoryRecording } from '../../../src/versions/history-recording.service.js';
import { partOf } from '../../support/part-of.js';

const edits = scaled(1_000, 90);
const secrets = ['one', 'two', 'three'] as const;

describe('history of two gateways on one PostgreSQL', () => {
  let installation: TestInstallation;
  let server: PostgresServer;
  let dir: string;
  let shared: Record<string, unknown>;
  const running = new Map<string, Gateway>();
  let token: string;

  beforeAll(async () => {
    [installation, server] = await Promise.all([
      TestInstallation.start({ versions: { enabled: false } }),
      PostgresServer.start(),
    ]);
    dir = mkdtempSync(join(tmpdir(), 'sallyport-replicas-'));
    await installation.serve('pay');
    token = await installation.user('pay', 'app', [allOfSecrets]);
    const [logKey, key] = [join(dir, 'log.key'), join(dir, 'history.key')];
    new LogKeyFile({ path: logKey }).create();
    writeFileSync(key, randomBytes(32), { mode: 0o600 });
    shared = {
      storage: { url: await server.createDatabase() },
      audit: { keyFile: logKey },
      encryption: { keys: [{ id: 'shared', source: { file: key } }] },
      versions: { limit: 10_000 },
    };
  });
  afterAll(async () => {
    await Promise.all([...running.values()].map((gateway) => gateway.stop()));
    await installation?.stop();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function start(name: string): Promise<Gateway> {
    const config = await gatewayConfig(installation.cluster, join(dir, name), shared);
    const gateway = await createGateway(config, { level: 'silent' });
    running.set(name, gateway);
    const isFollowing = () =>
      expect(partOf(gateway, HistoryRecording).isFollowing('pay')).toBe(true);
    await vi.waitFor(isFollowing, { timeout: 20_000 });
    return gateway;
  }

  /** Writes by one way; where each led. */
  async function write(way: 'here' | 'there' | 'direct', name: string, value: string) {
    if (way === 'direct') {
      const path = `/api/v1/namespaces/pay/secrets/${name}`;
      const { body } = await installation.cluster.request<{
        readonly metadata: { readonly resourceVersion: string };
      }>('PUT', path, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        stringData: { v: value },
      });
      return { resourceVersion: body.metadata.resourceVersion, value, door: 'external' };
    }
    const gateway = running.get(way);
    if (gateway === undefined) throw new Error(`${way} does not run`);
    const path = `/v1/namespaces/pay/secrets/${name}`;
    const put = () =>
      new RestCaller(gateway.fastify, token).put(path, { stringData: { v: value } });
    let answer = await put();
    // Three writers can disturb a PUT more often than the gateway repeats it.
    while (answer.status === 409) answer = await put();
    expect(answer.status, answer.text).toBe(200);
    return { resourceVersion: answer.body.resourceVersion, value, door: 'rest' };
  }

  it('is one: a version for each persisted state, in order, with whose it is', async () => {
    await start('here');
    await start('there');
    for (const name of secrets) {
      await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        stringData: { v: 'start' },
      });
    }
    const made = new Map(secrets.map((name) => [name, [] as Awaited<ReturnType<typeof write>>[]]));
    const edit = async (way: 'here' | 'there' | 'direct', part: string) => {
      for (let index = 0; index < edits / 9; index += 1) {
        for (const name of secrets) {
          made.get(name)?.push(await write(way, name, `${part}-${way}-${index}`));
        }
      }
    };
    await Promise.all([edit('here', 'a'), edit('there', 'a'), edit('direct', 'a')]);
    await running.get('there')?.stop();
    await Promise.all([edit('here', 'b'), edit('direct', 'b')]);
    await start('there');
    await Promise.all([edit('here', 'c'), edit('there', 'c'), edit('direct', 'c')]);
    const here = running.get('here');
    for (const name of secrets) {
      const states = (made.get(name) ?? []).toSorted((a, b) =>
        Number(BigInt(a.resourceVersion) - BigInt(b.resourceVersion)),
      );
      const seen = async () =>
        (here ? await historyOf(here, 'pay', name) : []).slice(1).map((one) => ({
          resourceVersion: one.resourceVersion,
          value: one.values['v'],
          door: one.attribution.door,
        }));
      await expect.poll(seen, { timeout: 20_000 }).toEqual(states);
    }
  }, 900_000);
});
