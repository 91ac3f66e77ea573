import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { eventually } from '../../support/tokens-world.js';
import { authorRules, named, syncRules, SyncWorld } from './sync-world.js';

let world: SyncWorld;
/** May write syncs and Secrets of `pay`, and use no store. */
let stranger: RestCaller;

beforeAll(async () => {
  world = await SyncWorld.start();
  const token = await world.installation.user('pay', 'stranger', [allOfSecrets, ...syncRules]);
  stranger = new RestCaller(world.installation.gateway.fastify, token);
});
afterAll(() => world?.stop());

const put = (caller: RestCaller, name: string, change: object = {}) =>
  caller.put(`/v1/namespaces/pay/syncs/${name}`, world.syncSpec(name, change));

describe('an author', () => {
  it('needs the right to use the store, over REST and at the cluster', async () => {
    const answer = await put(stranger, 'foreign');
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain('externalstores');
    expect(await world.author.get('/v1/namespaces/pay/syncs/foreign')).toMatchObject({
      status: 404,
    });
  });

  it.each([
    ['create tokens of the ServiceAccount', 'serviceaccounts/token'],
    ['use the store', 'externalstores'],
  ])('needs the right to %s', async (_what, resource) => {
    const rules = authorRules.filter(({ resources }) => !resources.includes(resource));
    const user = `without-${resource.split('/')[0]}`;
    const token = await world.installation.user('pay', user, rules);
    const answer = await put(new RestCaller(world.installation.gateway.fastify, token), 'lacking');
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain(resource);
  });

  it('who loses a right sends nothing more, and the status says so', async () => {
    const token = await world.installation.user('pay', 'leaver', [
      allOfSecrets,
      ...syncRules,
      named('serviceaccounts/token', 'sallyport-sync', 'create'),
    ]);
    const extra = [named('externalstores', 'vault', 'use', 'sallyport.dev')];
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/pay';
    await world.installation.cluster.request('POST', `${roles}/roles`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'leaver-store' },
      rules: extra,
    });
    await world.installation.cluster.request('POST', `${roles}/rolebindings`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'leaver-store' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'leaver-store' },
      subjects: [{ kind: 'ServiceAccount', name: 'leaver', namespace: 'pay' }],
    });
    const leaver = new RestCaller(world.installation.gateway.fastify, token);
    await world.putSecret('leaving', { password: 'kept-value' });
    await eventually(async () => {
      const { status, text } = await put(leaver, 'leaving');
      if (status > 201) throw new Error(text);
    });
    await world.becomes('leaving', 'InSync');
    await world.installation.cluster.request('DELETE', `${roles}/rolebindings/leaver-store`);
    await eventually(async () => {
      await world.run('leaving');
      const sync = await world.becomes('leaving', 'Failed');
      expect(sync).toMatchObject({ reason: 'AuthorForbidden' });
    });
    await world.putSecret('leaving', { password: 'secret-from-now-on' });
    await world.run('leaving');
    expect(await world.remoteValues('leaving')).toEqual({ password: 'kept-value' });
  });
});

describe('a tenant', () => {
  it('reaches no name outside its prefix', async () => {
    for (const name of ['../shop/db', 'a/../../shop/db', '%2e%2e/shop', '/db', 'db/', 'a//b']) {
      const answer = await put(world.author, 'outside', { remote: { name } });
      expect([name, answer.status]).toEqual([name, 422]);
    }
  });

  it('whose namespace the store does not allow gets no call', async () => {
    await world.installation.user('shop', 'tenant', authorRules);
    const token = await world.installation.cluster.createToken({
      namespace: 'shop',
      serviceAccount: 'tenant',
      audiences: ['sallyport'],
    });
    const tenant = new RestCaller(world.installation.gateway.fastify, token);
    const path = '/v1/namespaces/shop/syncs/db';
    await eventually(async () => {
      const { status, text } = await tenant.put(path, world.syncSpec('db'));
      if (status > 201) throw new Error(text);
    });
    await eventually(async () => {
      expect((await tenant.get(path)).body).toMatchObject({
        state: 'Failed',
        reason: 'StoreNotAllowed',
      });
    });
  });

  it('may use only the directions that the store allows', async () => {
    const allow = [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['pull'] }];
    await world.putSecret('one-way', { password: 'not-to-be-pushed' });
    await world.putStore({ allow });
    await world.putSync('one-way');
    expect(await world.becomes('one-way', 'Failed')).toMatchObject({ reason: 'StoreNotAllowed' });
    expect(await world.remoteValues('one-way')).toBeUndefined();
    await world.putStore();
    await world.becomes('one-way', 'InSync');
  });
});

describe('a secret of the store', () => {
  it('has one owner, until another sync names it to take over', async () => {
    await world.putSecret('owned', { password: 'of-the-owner' });
    await world.putSync('owned');
    await world.becomes('owned', 'InSync');
    await world.putSecret('second', { password: 'of-the-second' });
    await world.putSync('second', { remote: { name: 'owned' } });
    const held = await world.becomes('second', 'OwnedElsewhere');
    expect(await world.remoteValues('owned')).toEqual({ password: 'of-the-owner' });
    const takeOverFrom = (held as unknown as { owner: { syncUID: string } }).owner.syncUID;
    await world.author.delete('/v1/namespaces/pay/syncs/owned');
    const remote = { name: 'owned', takeOverFrom };
    await world.putSync('second', { remote, firstSync: 'push' });
    await world.becomes('second', 'InSync');
    expect(await world.remoteValues('owned')).toEqual({ password: 'of-the-second' });
  });

  it('is that of a sync that was deleted and created again', async () => {
    await world.putSecret('again', { password: 'before' });
    await world.putSync('again');
    await world.becomes('again', 'InSync');
    await world.author.delete('/v1/namespaces/pay/syncs/again');
    await world.putSync('again');
    await world.becomes('again', 'InSync');
    await world.putSecret('again', { password: 'after' });
    await eventually(async () => {
      expect(await world.remoteValues('again')).toEqual({ password: 'after' });
    });
  });

  it('is pulled into a key by one sync', async () => {
    await world.putRemote('shared-1', { password: 'of-the-first' });
    await world.putRemote('shared-2', { password: 'of-the-second' });
    const pull = { secretName: 'pulled', direction: 'pull' };
    await world.putSync('pull-1', { ...pull, remote: { name: 'shared-1' } });
    await world.becomes('pull-1', 'InSync');
    // The cluster has creation times in seconds, and the older sync pulls.
    await pause(1_100);
    await world.putSync('pull-2', { ...pull, remote: { name: 'shared-2' } });
    expect(await world.becomes('pull-2', 'OwnedElsewhere')).toMatchObject({
      reason: 'PulledElsewhere',
    });
    expect(await world.secretValues('pulled')).toEqual({ password: 'of-the-first' });
  });
});

describe('a store', () => {
  it('at another address starts anew: nothing is deleted, and nothing replaced', async () => {
    await world.putSecret('moved', { password: 'of-the-cluster' });
    await world.putSync('moved', { onDelete: 'delete' });
    await world.becomes('moved', 'InSync');
    await world.bao.call('POST', 'sys/mounts/other', { type: 'kv', options: { version: '2' } });
    const { openbao } = world.storeSpec();
    await world.putStore({ openbao: { ...openbao, mount: 'other' } });
    await eventually(async () => {
      await world.run('moved');
      expect(await world.becomes('moved', 'Failed')).toMatchObject({ reason: 'StoreDenied' });
    });
    expect(await world.secretValues('moved')).toEqual({ password: 'of-the-cluster' });
    await world.putStore();
    await world.becomes('moved', 'InSync');
  });

  it('gets no token that the API server itself accepts', async () => {
    const { openbao } = world.storeSpec();
    const jwt = { role: 'sync', audience: await world.apiServerAudience() };
    await world.putStore({ openbao: { ...openbao, auth: { jwt } } });
    await world.putSync('moved', { adopt: 'again' });
    await eventually(async () => {
      await world.run('moved');
      expect(await world.becomes('moved', 'Failed')).toMatchObject({ reason: 'AudienceRefused' });
    });
    await world.putStore();
    await world.becomes('moved', 'InSync');
  });

  it('is written by callers with the right in the whole cluster alone', async () => {
    const answer = await world.author.put('/v1/stores/own', world.storeSpec());
    expect(answer.status).toBe(403);
    expect((await world.author.get('/v1/stores')).status).toBe(403);
    expect((await world.operator.get('/v1/stores')).body.items).toHaveLength(1);
    const bad = await world.operator.put('/v1/stores/bad', {
      ...world.storeSpec(),
      openbao: { ...world.storeSpec().openbao, url: 'http://bao.example' },
    });
    expect(bad.status).toBe(422);
  });

  it('that takes no requests is left alone, and the sync goes on afterwards', async () => {
    await world.bao.call('PUT', 'sys/seal');
    await eventually(async () => {
      const { body, status } = await world.run('moved');
      if (status === 200) expect(body).toMatchObject({ state: 'Failed', reason: 'StoreBusy' });
    });
    expect(await world.secretValues('moved')).toEqual({ password: 'of-the-cluster' });
  });
});

describe('a Secret', () => {
  it('that is a credential of the cluster stays in it', async () => {
    const { cluster } = world.installation;
    await cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bootstrap' },
      type: 'bootstrap.kubernetes.io/token',
      stringData: { 'token-secret': 'of-the-cluster-alone' },
    });
    await world.putSync('bootstrap', { direction: 'push' });
    expect(await world.becomes('bootstrap', 'Held')).toMatchObject({ reason: 'ClusterCredential' });
  });
});
