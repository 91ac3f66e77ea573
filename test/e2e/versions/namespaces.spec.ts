import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bind, secretsClusterRole } from '../../support/role-bindings.js';
import { RestCaller } from '../../support/rest-caller.js';
import { eventually } from '../../support/tokens-world.js';
import { VersionsWorld, versionRoles } from '../../support/versions-world.js';

let world: VersionsWorld;

beforeAll(async () => {
  world = await VersionsWorld.start('pay');
});
afterAll(() => world?.stop());

interface Item {
  readonly name: string;
}

describe('a namespace that goes back to a time', () => {
  const path = '/v1/namespaces/pay/restore';
  let at: string;
  let later: string;

  const restore = async (body: object, query = '') => {
    const answer = await world.as('owner').post(`${path}${query}`, body);
    expect(answer.status, answer.text).toBe(200);
    const items = answer.body.items as unknown as readonly Item[];
    return { answer, items: items.filter(({ name }) => name !== 'first') };
  };

  beforeAll(async () => {
    const owner = world.as('owner');
    const labels = { app: 'shop' };
    for (const name of ['changed', 'deleted', 'kept', 'lost']) {
      await owner.put(world.at(name), { stringData: { a: `${name}-before` }, labels });
    }
    await owner.put(world.at('other'), { stringData: { a: 'other-before' } });
    at = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (const name of ['changed', 'lost', 'other']) {
      await world.write(name, { a: `${name}-after` });
    }
    await owner.delete(world.at('deleted'));
    await owner.put(world.at('new'), { stringData: { a: 'new-after' }, labels });
    await owner.send({ method: 'POST', path: `${world.at('lost')}/versions/1/destroy` });
    later = new Date().toISOString();
  });

  const planned = [
    { name: 'changed', fromVersion: 2, toVersion: 1, action: 'restore', error: null },
    { name: 'deleted', fromVersion: null, toVersion: 1, action: 'recreate', error: null },
    { name: 'kept', fromVersion: 1, toVersion: 1, action: 'none', error: null },
    { name: 'lost', fromVersion: 2, toVersion: 1, action: 'none', error: expect.any(String) },
    { name: 'new', fromVersion: 1, toVersion: null, action: 'none', error: null },
  ];

  it('is planned first, and nothing happens', async () => {
    const { items } = await restore({ at, labelSelector: 'app=shop' }, '?dryRun=All');
    expect(items).toEqual(planned);
    expect(await world.stored('changed')).toEqual({ a: 'changed-after' });
    expect(await world.stored('deleted')).toBeUndefined();
  });

  it('is planned alike over GraphQL', async () => {
    const query = `mutation($input: RestoreNamespaceInput!) {
      restoreNamespace(input: $input) {
        results { name fromVersion toVersion action error } } }`;
    const input = { namespace: 'pay', at, labelSelector: 'app=shop', dryRun: true };
    const answer = await world.as('owner').post('/graphql', { query, variables: { input } });
    const results = planned.map((one) => ({ ...one, action: one.action.toUpperCase() }));
    expect(JSON.parse(answer.text)).toEqual({ data: { restoreNamespace: { results } } });
  });

  it('restores each Secret with an event of its own, and tells of those that could not be', async () => {
    const { answer, items } = await restore({ at, labelSelector: 'app=shop' });
    expect(items).toEqual(planned);
    expect(await world.stored('changed')).toEqual({ a: 'changed-before' });
    expect(await world.stored('deleted')).toEqual({ a: 'deleted-before' });
    expect(await world.stored('other')).toEqual({ a: 'other-after' });
    expect(await world.stored('new')).toEqual({ a: 'new-after' });
    const auditId = answer.headers['audit-id'];
    const events = await world.eventsOf(auditId);
    const parts = events.filter(({ parentId }) => parentId === auditId);
    expect(parts.map(({ secret }) => String(secret)).toSorted()).toEqual(['changed', 'deleted']);
    expect(events.every(({ action }) => action === 'versions.restore')).toBe(true);
  });

  it('is planned with what will be refused', async () => {
    const owner = world.as('owner');
    const labels = { app: 'stuck' };
    await owner.put(world.at('fixed'), { stringData: { a: 'fixed-before' }, labels });
    const { cluster } = world.installation;
    const token = await cluster.createToken({ namespace: 'pay', serviceAccount: 'nobody' });
    await world.seed('borrowed', { stringData: { token }, metadata: { labels } });
    const before = new Date(Date.now() + 1).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await owner.put(world.at('fixed'), {
      stringData: { a: 'fixed-after' },
      labels,
      immutable: true,
    });
    await owner.delete(world.at('borrowed'));
    const body = { at: before, labelSelector: 'app=stuck' };
    const { items, answer } = await restore(body, '?dryRun=All');
    expect(items).toMatchObject([
      { name: 'borrowed', action: 'recreate', error: expect.any(String) },
      { name: 'fixed', action: 'restore', error: expect.any(String) },
    ]);
    expect(answer.text).not.toContain(token);
    expect((await restore(body)).items).toEqual(items);
  });

  it('goes forward again as well', async () => {
    const { items } = await restore({ at: later, labelSelector: 'app=shop' });
    expect(items).toContainEqual({
      ...{ name: 'changed', fromVersion: 3, toVersion: 2, action: 'restore', error: null },
    });
    expect(await world.stored('changed')).toEqual({ a: 'changed-after' });
    // It was not there at that time, and is left alone.
    expect(await world.stored('deleted')).toEqual({ a: 'deleted-before' });
  });

  it('needs the right in the whole namespace, and a time that has been', async () => {
    const denied = await world.as('getter').post(path, { at });
    expect(denied.body).toMatchObject({ status: 403, code: 'Forbidden' });
    const owner = world.as('owner');
    const future = new Date(Date.now() + 60_000).toISOString();
    expect((await owner.post(path, { at: future })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/at' }],
    });
    expect((await owner.post(path, { at: 'yesterday' })).status).toBe(422);
    expect((await owner.post(path, {})).status).toBe(422);
    const selector = await owner.post(path, { at, labelSelector: 'a=(' });
    expect(selector.body).toMatchObject({ code: 'BadRequest' });
  });
});

describe('a namespace that was deleted and made again', () => {
  it('does not open its old history, but to who holds the right cluster-wide', async () => {
    const { installation } = world;
    await installation.serve('reborn');
    const first = await installation.user('reborn', 'old', versionRoles.owner);
    const old = new RestCaller(installation.gateway.fastify, first);
    const path = '/v1/namespaces/reborn/secrets/db';
    await eventually(async () => {
      await old.put(path, { stringData: { password: `old-secret-${Math.random()}` } });
      expect((await old.get(`${path}/versions`)).status).toBe(200);
    });
    await recreate('reborn');
    const second = await installation.user('reborn', 'new', versionRoles.owner);
    const owner = new RestCaller(installation.gateway.fastify, second);
    await eventually(async () => expect((await owner.get(path)).status).toBe(404));
    for (const below of ['/versions', '/versions/1', '?version=1', '/keys/password?version=1']) {
      const answer = await owner.get(`${path}${below}`);
      expect(answer.body, below).toMatchObject({ status: 404, code: 'NotFound' });
      expect(answer.text).not.toContain('old-secret');
    }
    const restored = await owner.post(`${path}/versions/1/restore`, {});
    expect(restored.body).toMatchObject({ status: 404, code: 'NotFound' });

    const admin = await installation.user('pay', 'admin', []);
    const { cluster } = installation;
    await secretsClusterRole(cluster, 'everywhere', ['get']);
    const rules = versionRoles.owner.map((rule) => ({ apiGroups: [''], ...rule }));
    const role = '/apis/rbac.authorization.k8s.io/v1/clusterroles/everywhere';
    const patch = { 'content-type': 'application/merge-patch+json' };
    await cluster.request('PATCH', role, { rules }, { headers: patch });
    await bind(cluster, {
      name: 'everywhere',
      role: { kind: 'ClusterRole', name: 'everywhere' },
      subject: { kind: 'User', name: 'system:serviceaccount:pay:admin' },
    });
    const everywhere = new RestCaller(installation.gateway.fastify, admin);
    await eventually(async () => {
      expect((await everywhere.get(`${path}/versions/1`)).body).toMatchObject({ version: 1 });
    });
    expect((await everywhere.get(`${path}?version=1`)).text).toContain('old-secret');
    expect((await everywhere.get(`${path}/diff?from=1&to=1`)).status).toBe(200);
    // A Secret of the new namespace has numbers of its own.
    const fresh = await owner.put(path, { stringData: { password: 'new-secret' } });
    await eventually(async () => {
      expect((await owner.get(`${path}/versions/1`)).body).toMatchObject({ version: 1 });
    });
    expect(fresh.status).toBe(201);
    expect((await owner.get(`${path}?version=1`)).text).toContain('new-secret');
  });

  /** No controller finalises namespaces here. */
  async function recreate(namespace: string): Promise<void> {
    const { installation } = world;
    const path = `/api/v1/namespaces/${namespace}`;
    const { cluster } = installation;
    for (const kind of ['secrets', 'serviceaccounts']) {
      await cluster.request('DELETE', `${path}/${kind}`);
    }
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    for (const kind of ['roles', 'rolebindings']) {
      await cluster.request('DELETE', `${rbac}/${kind}`);
    }
    await cluster.request('DELETE', path);
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: {} };
    await cluster.request('PUT', `${path}/finalize`, body);
    await eventually(async () => {
      expect((await cluster.request('GET', path)).status).toBe(404);
    });
    await installation.serve(namespace);
  }
});
