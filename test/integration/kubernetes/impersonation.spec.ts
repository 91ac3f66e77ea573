import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityRefused, Principal } from '../../../src/core/principal.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import {
  allowReviews,
  type Gateway,
  installGateway,
  seenAs,
  serviceAccount,
  user,
  whoAmI,
} from './support.js';

describe('impersonation on a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
    await allowReviews(cluster);
  }, 900_000);
  afterAll(() => cluster?.stop());

  it.each(['alice@example.com', 'josé', '日本', 'a"b\\c', '😀 with spaces', 'x,y: z%20'])(
    'delivers the user name %s unchanged',
    async (username) => {
      expect(await seenAs(gateway, user(username))).toMatchObject({ username });
    },
  );

  it('delivers uid, every group on its own, and extras', async () => {
    const groups = ['dev', 'ops', 'a, b', 'équipe', '日本'];
    const extra = {
      'example.org/team': ['one', 'zwei, drei', 'josé'],
      'example.org/a%b': ['日本'],
      "example.org/it's": ['x'],
    };
    const seen = await seenAs(gateway, user('alice', { uid: 'ü-1', groups, extra }));
    expect(seen).toEqual({
      username: 'alice',
      uid: 'ü-1',
      groups: [...groups, 'system:authenticated'],
      extra,
    });
  });

  it('delivers a ServiceAccount with the groups that the principal has', async () => {
    const principal = serviceAccount('pay', 'app');
    expect(await seenAs(gateway, principal)).toEqual({
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
