import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles } from '../../cluster/manifests.js';
import { createGateway, type Gateway } from '../../../src/app/gateway.js';
import { gatewayConfig } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { RotationWorld, type RunBody } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';

const namespace = 'installed';
const generate = [{ key: 'password', password: { length: 40 } }];

let world: RotationWorld;

beforeAll(async () => {
  world = await RotationWorld.start(namespace);
});
afterAll(() => world?.stop());

describe('another gateway on the same cluster', () => {
  let dataDir: string;
  let gateway: Gateway | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sallyport-data-'));
  });
  afterEach(() => gateway?.stop());
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  async function start(overrides: Record<string, unknown>, token = world.tokens.owner) {
    const { cluster } = world.installation;
    const config = await gatewayConfig(cluster, dataDir, overrides);
    const destination = { write: () => undefined };
    gateway = await createGateway(config, { level: 'fatal', destination });
    await gateway.listen();
    return new RestCaller(gateway.fastify, token);
  }

  it('that works on no runs takes rotations and keeps runs for one that does', async () => {
    const name = 'kept';
    await world.seed(name, { password: 'the-old-password' });
    const path = `${world.at(name)}/rotation`;
    const idle = await start({ rotation: { enabled: false } });
    expect((await idle.put(path, { generate })).status).toBe(201);
    const begun = (await idle.post(`${path}/runs`, {})).body as unknown as RunBody;
    const at = `${path}/runs/${begun.id}`;
    const left = { state: 'running', step: 'create' };
    expect((await idle.get(`${at}?waitSeconds=2`)).body).toMatchObject(left);
    expect(await world.stored(name)).toEqual({ password: 'the-old-password' });
    await gateway?.stop();

    const working = await start({});
    const { body } = await working.get(`${at}?waitSeconds=30`);
    expect(body).toMatchObject({ id: begun.id, state: 'succeeded' });
    expect((await world.stored(name))['password']).toMatch(/^\w{40}$/);
  });

  it('that passes credentials through has no rotations: nobody would work on them', async () => {
    const name = 'passed';
    await world.seed(name, { password: 'the-old-password' });
    const token = await world.installation.cluster.createToken({
      namespace,
      serviceAccount: 'owner',
    });
    // Its account has the rights of the other gateway, too.
    const kubernetes = { access: 'passthrough', allowExcessRights: true };
    const owner = await start({ kubernetes }, token);
    expect((await owner.get(world.at(name))).status).toBe(200);
    const path = `${world.at(name)}/rotation`;
    const run = `${path}/runs/00000000-0000-4000-8000-000000000000`;
    const reason = `namespace ${namespace} is not served by this gateway`;
    for (const answer of [
      await owner.get(path),
      await owner.put(path, { generate }),
      await owner.delete(path),
      await owner.get(`${path}/runs`),
      await owner.post(`${path}/runs`, {}),
      await owner.get(run),
      await owner.post(`${run}/cancel`, ''),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
      expect(answer.body.errors).toEqual([{ pointer: '/path/namespace', reason }]);
    }
  });
});

describe('a cluster that does not know SecretRotations', () => {
  const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

  it('is said to need them, and is taken up once it knows them', async () => {
    const name = 'early';
    await world.seed(name, { password: 'the-old-password' });
    const { cluster } = world.installation;
    const crd = `${definition}/secretrotations.sallyport.dev`;
    await cluster.request('DELETE', crd);
    const owner = world.as('owner');
    const path = `${world.at(name)}/rotation`;
    await eventually(async () => expect((await cluster.request('GET', crd)).status).toBe(404));
    const detail = 'the cluster knows no SecretRotation: install deploy/crds';
    await eventually(async () => {
      const answer = await owner.put(path, { generate });
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid', detail } });
    });
    for (const answer of [
      await owner.get(path),
      await owner.post(`${path}/runs`, {}),
      await owner.delete(path),
    ]) {
      expect(answer).toMatchObject({ status: 422, body: { detail } });
    }
    expect((await owner.get(world.at(name))).status).toBe(200);

    await applyFiles(cluster, 'deploy/crds');
    await eventually(async () => {
      const answer = await owner.put(path, { generate });
      expect(answer.status, answer.text).toBe(201);
    });
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await world.condition(name, 'Ready', 'Accepted');
  });
});
