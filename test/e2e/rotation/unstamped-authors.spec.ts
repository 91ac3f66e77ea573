import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestCaller } from '../../support/rest-caller.js';
import { reads, RotationAuthor, rotates } from '../../support/rotation-author.js';
import { secretRotation } from '../../support/rotation-manifests.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { allOfTokens, eventually } from '../../support/tokens-world.js';

const namespace = 'unstamped';
const generate = [{ key: 'password', password: { length: 40 } }];
const needed = reads('receiver-key', 'receiver-ca');

let world: RotationWorld;
let receiver: RotationReceiver;

beforeAll(async () => {
  world = await RotationWorld.start(namespace, {}, 'deploy/rbac/legacy/by-namespace');
  receiver = await RotationReceiver.start(world);
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

const pathOf = (name: string) => `${world.at(name)}/rotation`;
const authorOf = async (name: string) => (await world.as('owner').get(pathOf(name))).body['author'];

async function seeded(name: string): Promise<string> {
  await world.seed(name, { password: 'the-old-password' });
  return name;
}

describe('a spec that kubectl wrote where admission stamps nobody', () => {
  const forged = {
    'sallyport.dev/author': 'system:serviceaccount:unstamped:owner',
    'sallyport.dev/author-groups': '["system:masters"]',
  };

  it('is run for nobody, whatever it says, until somebody answers for it', async () => {
    const name = await seeded('written');
    const writer = await RotationAuthor.make(world, 'writer', rotates(name), needed);
    const spec = receiver.spec('ok', { retireAfter: '0s' });
    const manifest = secretRotation(name, spec, { annotations: forged });
    await eventually(() => writer.kubectl(['apply', '-f', '-'], manifest));
    await world.condition(name, 'Ready', 'AuthorUnknown');
    expect(await authorOf(name)).toBeNull();
    const run = await world.runThrough(name);
    expect(run).toMatchObject({
      ...{ state: 'needsOperator', step: 'create', toVersion: null },
      error: { reason: 'AuthorUnknown', message: expect.stringMatching('set it again') as string },
    });
    await world.condition(name, 'Degraded', 'AuthorUnknown');
    expect(await world.stored(name)).toEqual({ password: 'the-old-password' });

    const { generation } = (await world.policy(name)).metadata;
    expect((await world.as('rotator').put(pathOf(name), spec)).status).toBe(403);
    expect(await authorOf(name)).toBeNull();
    const { body } = await writer.rest.get(pathOf(name));
    expect((await writer.rest.put(pathOf(name), body)).status).toBe(200);
    expect((await world.policy(name)).metadata.generation).toBe(generation);
    expect(await authorOf(name)).toBe(writer.username);
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await world.condition(name, 'Ready', 'Accepted');
  });

  it('loses who answered for it with every change that he did not make', async () => {
    const name = await seeded('changed');
    await world.rotate(name, { generate });
    const owner = 'system:serviceaccount:unstamped:owner';
    expect(await authorOf(name)).toBe(owner);
    const writer = await RotationAuthor.make(world, 'changer', rotates(name));
    const patch = (change: object) => {
      const text = JSON.stringify(change);
      return writer.kubectl(['patch', 'secretrotation', name, '--type=merge', '-p', text]);
    };
    await eventually(() => patch({ metadata: { labels: { team: 'pay' }, annotations: forged } }));
    expect(await authorOf(name)).toBe(owner);
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });

    await patch({ spec: { generate: [{ key: 'other', password: {} }] } });
    await world.condition(name, 'Ready', 'AuthorUnknown');
    expect(await authorOf(name)).toBeNull();
    expect((await world.runThrough(name)).error?.reason).toBe('AuthorUnknown');
    await patch({ spec: { generate } });
    await eventually(async () => expect(await authorOf(name)).toBe(owner));
    await patch({ spec: { adopt: 'somebody else' } });
    await eventually(async () => expect(await authorOf(name)).toBeNull());
  });
});

describe('a token of an author', () => {
  let author: RotationAuthor;

  beforeAll(async () => {
    await seeded('mine');
    await seeded('other');
    author = await RotationAuthor.make(world, 'minter', rotates('mine', 'other'), needed);
    const apiGroup = 'rbac.authorization.k8s.io';
    const { cluster } = world.installation;
    const role = { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name: 'mint' } };
    await cluster.request('POST', `/apis/${apiGroup}/v1/clusterroles`, {
      ...role,
      rules: [allOfTokens],
    });
    await cluster.request('POST', `/apis/${apiGroup}/v1/clusterrolebindings`, {
      ...{ ...role, kind: 'ClusterRoleBinding' },
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'mint' },
      subjects: [{ kind: 'ServiceAccount', name: 'minter', namespace }],
    });
    await eventually(() => scoped({}));
  });

  async function scoped(scope: object) {
    const body = { description: 'a test', expiresInSeconds: 600, scope };
    const answer = await author.rest.post('/v1/tokens', body);
    if (answer.status !== 201) throw new Error(`not minted: ${answer.text}`);
    const { id, token } = answer.body as unknown as { readonly id: string; readonly token: string };
    return { id, caller: new RestCaller(world.installation.gateway.fastify, token) };
  }

  const because = (reason: string) => `the scope of the token forbids this: ${reason}`;
  const withReceiver = () => receiver.spec('ok', { retireAfter: '0s' });

  it.each([
    [{ secrets: ['other'] }, 'the Secret is not in secrets'],
    [{ secrets: ['mine', 'receiver-ca'] }, 'the Secret is not in secrets'],
    [{ keys: ['password'] }, 'keys opens single keys and nothing else'],
    [{ namespaces: ['others'] }, 'the namespace is not in namespaces'],
    [{ actions: ['rotations.*'] }, 'secrets.update is not in actions'],
    [{ actions: ['rotations.*', 'secrets.update'] }, 'secrets.reveal is not in actions'],
    [{ actions: ['secrets.*'] }, 'rotations.update is not in actions'],
    [{ actions: ['read'] }, 'rotations.update is not in actions'],
  ])('sets no rotation beyond its scope: %j', async (scope, reason) => {
    const { caller } = await scoped(scope);
    const { status, body } = await caller.put(pathOf('mine'), withReceiver());
    expect([status, body.detail]).toEqual([403, because(reason)]);
    expect((await world.as('owner').get(pathOf('mine'))).status).toBe(404);
  });

  it.each([
    [{ secrets: ['mine', 'receiver-*'] }, withReceiver],
    [{ secrets: ['mine'] }, () => ({ generate })],
    [{ actions: ['rotations.update', 'secrets.update'] }, () => ({ generate })],
    [{ actions: ['read', 'write'] }, withReceiver],
  ])('sets one within it, which goes on when the token has ended: %j', async (scope, spec) => {
    const { id, caller } = await scoped(scope);
    const set = await caller.put(pathOf('mine'), spec());
    expect([set.status, set.body['author']]).toEqual([201, author.username]);
    expect((await author.rest.delete(`/v1/tokens/${id}`)).status).toBeLessThan(300);
    expect(await world.runThrough('mine')).toMatchObject({ state: 'succeeded' });
    expect((await author.rest.delete(pathOf('mine'))).status).toBe(204);
  });

  it.each([
    [['rotations.*'], [200, 202, 202, 200]],
    [['write'], [403, 202, 202, 403]],
    [['read'], [200, 403, 403, 200]],
    [['rotations.get'], [200, 403, 403, 200]],
    [['rotations.run'], [403, 202, 403, 403]],
    [
      ['secrets.*', 'versions.*'],
      [403, 403, 403, 403],
    ],
  ])('does to rotations what its actions say: %j', async (actions, expected) => {
    await author.rest.put(pathOf('other'), receiver.spec('stuck'));
    const { caller } = await scoped({ actions, secrets: ['other'] });
    const path = pathOf('other');
    const get = await caller.get(path);
    const start = await caller.post(`${path}/runs`, {});
    const running =
      start.status === 202 ? start.body : (await author.rest.post(`${path}/runs`, {})).body;
    const run = `${path}/runs/${String(running['id'])}`;
    const cancel = await caller.post(`${run}/cancel`, '');
    const list = await caller.get(`${path}/runs`);
    expect([get, start, cancel, list].map(({ status }) => status)).toEqual(expected);
    await author.rest.post(`${run}/cancel`, '');
    const { body } = await author.rest.get(`${run}?waitSeconds=30`);
    expect(body['state']).toBe('cancelled');
  });
});
