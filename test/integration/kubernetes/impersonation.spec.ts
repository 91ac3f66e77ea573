import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityRefused, Principal } from '../../../src/core/principal.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { type Cluster, startCluster } from '../../cluster/cluster.js';
import { type Gateway, installGateway, serviceAccount, user } from './support.js';

const whoAmI: KubeCall = {
  method: 'POST',
  path: ['apis', 'authentication.k8s.io', 'v1', 'selfsubjectreviews'],
  body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  effect: 'none',
};
// The shipped profile impersonates for Secrets alone; this lets the API server tell what it saw.
const reviewRight = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: test-review }
rules:
  - apiGroups: [authentication.k8s.io]
    resources: [selfsubjectreviews]
    verbs: ['impersonate-on:user-info:create', 'impersonate-on:serviceaccount:create']
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: test-review }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: test-review }
subjects: [{ kind: ServiceAccount, name: sallyport, namespace: sallyport }]
`;

describe('impersonation on a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await startCluster();
    gateway = await installGateway(cluster);
    await cluster.apply(reviewRight);
  }, 900_000);
  afterAll(() => cluster?.stop());

  async function seenAs(principal: Principal): Promise<unknown> {
    const review = await gateway.caller.send(principal, whoAmI);
    return (review['status'] as { userInfo: unknown }).userInfo;
  }

  it.each(['alice@example.com', 'josé', '日本', 'a"b\\c', '😀 with spaces', 'x,y: z%20'])(
    'delivers the user name %s unchanged',
    async (username) => {
      expect(await seenAs(user(username))).toMatchObject({ username });
    },
  );

  it('delivers uid, every group on its own, and extras', async () => {
    const groups = ['dev', 'ops', 'a, b', 'équipe', '日本'];
    const extra = {
      'example.org/team': ['one', 'zwei, drei', 'josé'],
      'example.org/a%b': ['日本'],
      "example.org/it's": ['x'],
    };
    const seen = await seenAs(user('alice', { uid: 'ü-1', groups, extra }));
    expect(seen).toEqual({
      username: 'alice',
      uid: 'ü-1',
      groups: [...groups, 'system:authenticated'],
      extra,
    });
  });

  it('delivers a ServiceAccount with the groups that the principal has', async () => {
    const principal = serviceAccount('pay', 'app');
    expect(await seenAs(principal)).toEqual({
      username: principal.username,
      groups: principal.groups,
    });
  });

  it('reports one upstream id for each request', async () => {
    const ids: string[] = [];
    await gateway.caller.send(user('alice'), { ...whoAmI, onUpstreamId: (id) => ids.push(id) });
    await gateway.caller.send(user('alice'), { ...whoAmI, onUpstreamId: (id) => ids.push(id) });
    expect(new Set(ids).size).toBe(2);
  });

  it('has no call without a principal', async () => {
    const counterfeit = { username: ' ', kind: 'oidc', uid: '', groups: [], extra: {} };
    for (const nobody of [undefined, null, {}, counterfeit]) {
      // What the compiler refuses must fail when forced past it.
      const forced = nobody as unknown as Principal;
      await expect(gateway.caller.send(forced, whoAmI)).rejects.toThrow(IdentityRefused);
    }
  });

  it.each([' alice', 'alice\t', '\u00a0alice', 'system:masters', 'system:admin', '', ' '])(
    'lets nobody pass as %j',
    (name) => {
      expect(() => user(name)).toThrow(IdentityRefused);
      expect(() => user('alice', { groups: [name] })).toThrow(IdentityRefused);
    },
  );

  it('tells what the API server says of a token', async () => {
    const token = await cluster.createToken({
      namespace: 'pay',
      serviceAccount: 'app',
      audiences: ['sallyport'],
    });
    const review = await gateway.self.reviewToken(token, ['sallyport']);
    expect(review['status']).toMatchObject({ authenticated: true, audiences: ['sallyport'] });
    const own = await gateway.self.reviewToken(token, []);
    expect(own['status']).not.toHaveProperty('authenticated');
  });

  it('is ready', async () => {
    expect(await gateway.self.isReady()).toBe(true);
  });
});
