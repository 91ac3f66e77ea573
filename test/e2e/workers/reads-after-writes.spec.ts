import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { WorkersWorld, namespace, secretsPath } from './workers-world.js';

const WRITES = 200;
/** By which the processes hear of a write at different times, long after its answer. */
const WATCH_LAG_MS_MAX = 80;
const REVOKED_MS_MAX = 2_000;
let world: WorkersWorld;
let url: string;

beforeAll(async () => {
  world = await WorkersWorld.open({ workers: 3 });
  ({ url } = await world.gateway());
  await seedSecret(world.installation, namespace, 'counter', { n: 'none' });
  await world.warm(`${secretsPath}/counter`);
});

afterAll(async () => {
  await world.close();
});

const key = `${secretsPath}/counter/keys/n`;

describe('who was told that his write was made', () => {
  beforeAll(() => {
    world.proxy.watchLagMs = () => Math.random() * WATCH_LAG_MS_MAX;
  });
  afterAll(() => {
    world.proxy.watchLagMs = () => 0;
  });

  it('reads it by any connection, whichever worker that leads to', async () => {
    const { agents, close } = world.connections(6);
    const stale: string[] = [];
    for (let count = 1; count <= WRITES; count += 1) {
      const body = Buffer.from(String(count));
      // The writes come by different workers as well.
      const agent = agents[count % agents.length];
      const written = await world.call({ method: 'PUT', path: key, body, agent });
      expect(written.status, written.text).toBe(200);
      const reads = await Promise.all(agents.map((each) => world.call({ path: key, agent: each })));
      const old = reads.filter(({ text }) => text !== String(count));
      stale.push(...old.map(({ status, text }) => `${count}: ${status} ${text}`));
    }
    close();
    expect(stale).toEqual([]);
  }, 240_000);

  it('finds no Secret that he has deleted, by any connection', async () => {
    const { agents, close } = world.connections(6);
    const found: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      const path = `${secretsPath}/gone-${count}`;
      const body = { stringData: { a: '1' } };
      expect(await world.call({ method: 'PUT', path, body })).toMatchObject({ status: 201 });
      await Promise.all(agents.map((agent) => world.call({ path, agent })));
      expect(await world.call({ method: 'DELETE', path })).toMatchObject({ status: 200 });
      const reads = await Promise.all(agents.map((agent) => world.call({ path, agent })));
      found.push(...reads.map(({ status }) => status));
    }
    close();
    expect(new Set(found)).toEqual(new Set([404]));
  });

  it('reads what he has written with kubectl', async () => {
    const { agents, close } = world.connections(6);
    const path = `/kubernetes/api/v1/namespaces/${namespace}/secrets/counter`;
    const headers = { 'content-type': 'application/merge-patch+json' };
    for (let count = 0; count < 20; count += 1) {
      const body = Buffer.from(JSON.stringify({ stringData: { n: `kubectl-${count}` } }));
      const written = await world.call({ method: 'PATCH', path, headers, body });
      expect(written.status, written.text).toBe(200);
      const reads = await Promise.all(agents.map((agent) => world.call({ path: key, agent })));
      expect(new Set(reads.map(({ text }) => text))).toEqual(new Set([`kubectl-${count}`]));
    }
    close();
  });
});

it('who has lost his right reads through no worker two seconds later', async () => {
  const { installation } = world;
  const reads = [{ verbs: ['get'], resources: ['secrets'] }];
  const token = await installation.user(namespace, 'leaver', reads);
  const { agents, close } = world.connections(6);
  const asked = () => Promise.all(agents.map((agent) => send(url, { path: key, token, agent })));
  expect((await asked()).map(({ status }) => status)).toEqual(agents.map(() => 200));
  const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
  await installation.cluster.request('DELETE', `${bindings}/${namespace}-leaver`);
  const revokedAtMs = performance.now();
  const late: number[] = [];
  let statuses: readonly number[];
  do {
    const atMs = performance.now() - revokedAtMs;
    statuses = (await asked()).map(({ status }) => status);
    if (atMs > REVOKED_MS_MAX && statuses.includes(200)) late.push(atMs);
  } while (statuses.includes(200) && late.length === 0);
  close();
  expect(late).toEqual([]);
  expect(statuses).toEqual(agents.map(() => 403));
});
