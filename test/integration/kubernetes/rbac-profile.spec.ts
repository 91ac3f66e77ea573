import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { callAs, type Gateway, installGateway, manifest, serviceAccount, user } from './support.js';

const alice = user('alice');
const write = { dryRun: false };

describe('the by-namespace profile on a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
    const rights = ['--verb=get,list,watch,create,update,patch,delete', '--resource=secrets'];
    await cluster.kubectl(['create', 'clusterrole', 'secrets-all', ...rights]);
    const subjects = ['--user=alice', '--serviceaccount=pay:app', '--serviceaccount=other:app'];
    const binding = ['secrets-all', '--clusterrole=secrets-all', ...subjects];
    await cluster.kubectl(['create', 'clusterrolebinding', ...binding]);
    for (const namespace of ['pay', 'other', 'kube-system', 'sallyport']) {
      const secret = ['secret', 'generic', 'db', '--from-literal=password=hunter2'];
      await cluster.kubectl(['-n', namespace, 'create', ...secret]);
    }
  }, 900_000);
  afterAll(() => cluster?.stop());

  const unavailable = { code: 'Unavailable', internal: expect.stringContaining('ALARM') };

  it('lets alice read in the served namespace', async () => {
    const call = callAs(alice);
    const secret = await gateway.store.get(call, { namespace: 'pay', name: 'db' });
    expect(secret.data.get('password')?.revealText()).toBe('hunter2');
    expect(call.trace).toEqual({ plane: 'caller', upstreamIds: [expect.any(String)] });
  });

  it.each(['other', 'kube-system', 'sallyport'])(
    'lets alice do nothing in %s, whatever her own rights',
    async (namespace) => {
      const ref = { namespace, name: 'db' };
      const { store } = gateway;
      await expect(store.get(callAs(alice), ref)).rejects.toMatchObject(unavailable);
      const created = store.create(callAs(alice), manifest(namespace, 'x', {}), write);
      await expect(created).rejects.toMatchObject(unavailable);
    },
  );

  it('lists no Secrets of the whole cluster', async () => {
    const listed = gateway.store.list(callAs(alice), '', { limit: 10 });
    await expect(listed).rejects.toMatchObject(unavailable);
  });

  it('knows ServiceAccounts of served namespaces only', async () => {
    const ref = { namespace: 'pay', name: 'db' };
    const inside = await gateway.store.get(callAs(serviceAccount('pay', 'app')), ref);
    expect(inside.name).toBe('db');
    const outside = gateway.store.get(callAs(serviceAccount('other', 'app')), ref);
    await expect(outside).rejects.toMatchObject(unavailable);
  });

  it("tells a caller's own denial in the API server's words", async () => {
    const denied = gateway.store.get(callAs(user('bob')), { namespace: 'pay', name: 'db' });
    await expect(denied).rejects.toMatchObject({
      code: 'Forbidden',
      message: expect.stringContaining('User "bob" cannot get resource "secrets"'),
    });
  });

  it("reads no Secret on the gateway's own account", async () => {
    for (const namespace of ['pay', 'other', 'sallyport']) {
      const path = ['api', 'v1', 'namespaces', namespace, 'secrets', 'db'];
      const bare: KubeCall = { method: 'GET', path, effect: 'none' };
      const answer = await gateway.transport.send(bare, { kind: 'self' });
      expect(answer.status).toBe(403);
    }
  });

  it('lets the broker work in the served namespace only', async () => {
    const { store } = gateway;
    const call = callAs(user('bob'), 'broker');
    await store.create(call, manifest('pay', 'made', { a: '1' }), write);
    expect((await store.get(call, { namespace: 'pay', name: 'made' })).name).toBe('made');
    expect(call.trace.plane).toBe('broker');
    await store.delete(call, { namespace: 'pay', name: 'made' }, {}, write);
    for (const namespace of ['other', 'kube-system', 'sallyport']) {
      const elsewhere = store.get(call, { namespace, name: 'db' });
      await expect(elsewhere).rejects.toMatchObject(unavailable);
    }
  });

  it.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
    'keeps the broker from writing %s',
    async (type) => {
      const annotations = { 'kubernetes.io/service-account.name': 'app' };
      const secret = manifest('pay', 'identity', {}, { type, annotations });
      const refusal = (options: typeof write): Promise<unknown> =>
        gateway.store.create(callAs(alice, 'broker'), secret, options).catch((error) => error);
      const expected = {
        code: 'Forbidden',
        message: expect.stringMatching(/'sallyport-(broker-secret-types|token-secrets)'/),
      };
      // A policy has effect some time after it was made.
      const tried = () => refusal({ dryRun: true });
      await expect.poll(tried, { timeout: 20_000 }).toMatchObject(expected);
      expect(await refusal(write)).toMatchObject(expected);
    },
  );

  it('holds nothing beyond its profile', async () => {
    const refused = [
      { verb: 'get', group: '', resource: 'secrets', namespace: 'pay' },
      { verb: 'impersonate', group: '', resource: 'users' },
      { verb: 'impersonate', group: '', resource: 'groups', name: 'system:masters' },
      { verb: 'impersonate', group: '', resource: 'serviceaccounts', namespace: 'pay' },
      { verb: 'impersonate:arbitrary-node', group: 'authentication.k8s.io', resource: 'nodes' },
      { verb: 'impersonate-on:user-info:get', group: '', resource: 'pods', namespace: 'pay' },
      { verb: 'impersonate-on:user-info:get', group: '*', resource: '*' },
    ];
    for (const attributes of refused) {
      const review = await gateway.self.reviewOwnAccess(attributes);
      expect(review['status'], JSON.stringify(attributes)).toMatchObject({ allowed: false });
    }
    const held = { verb: 'impersonate:user-info', group: 'authentication.k8s.io' };
    const review = await gateway.self.reviewOwnAccess({ ...held, resource: 'users' });
    expect(review['status']).toMatchObject({ allowed: true });
  });
});
