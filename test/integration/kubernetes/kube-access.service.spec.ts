import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceRequest } from '../../../src/access/access.service.js';
import { KubeAccessService } from '../../../src/access/kube-access.service.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { contextOf, type Gateway, gatewayOn, installGateway, user } from './support.js';

const secrets = { group: '', resource: 'secrets' };
const requests: readonly ResourceRequest[] = [
  { ...secrets, verb: 'get', namespace: 'pay', name: 'x' },
  { ...secrets, verb: 'list', namespace: 'pay', name: '' },
  { ...secrets, verb: 'list', namespace: '', name: '' },
  { ...secrets, verb: 'deletecollection', namespace: 'pay', name: '' },
  { ...secrets, verb: 'create', namespace: 'pay', name: '' },
  { ...secrets, verb: 'get', namespace: 'pay', name: 'x', subresource: 'status' },
  { group: 'apps', resource: 'deployments', verb: 'get', namespace: 'pay', name: 'x' },
];

describe('KubeAccessService on a real API server', () => {
  let cluster: Cluster;
  let gateway: Gateway;
  let access: KubeAccessService;
  let admin: Gateway;

  beforeAll(async () => {
    cluster = await sharedCluster();
    gateway = await installGateway(cluster);
    access = new KubeAccessService(gateway.self);
    const path = cluster.adminKubeconfigFile;
    admin = gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const rights = ['--verb=get', '--resource=secrets', '--resource-name=db'];
    await cluster.kubectl(['-n', 'pay', 'create', 'role', 'reader', ...rights]);
    const binding = ['reader', '--role=reader', '--group=devs'];
    await cluster.kubectl(['-n', 'pay', 'create', 'rolebinding', ...binding]);
  }, 900_000);
  afterAll(() => cluster?.stop());

  const usernames = ['alice', 'josé', '日本', 'a"b\\c', 'a&b<c>', 'zero\u200bwidth', 'x😀'];
  const dangling = { ...secrets, verb: 'get', namespace: 'other', name: 'x' };

  it.each(usernames)('words a denial of %j as the API server does', async (username) => {
    const principal = user(username);
    for (const request of requests) await expectSameWords(principal, request);
  });

  it("appends the authoriser's reason as the API server does", async () => {
    const binding = ['dangling', '--role=absent', '--user=alice'];
    await cluster.kubectl(['-n', 'other', 'create', 'rolebinding', ...binding]);
    await expect.poll(() => denial(user('alice'), dangling)).toContain('"absent" not found');
    await expectSameWords(user('alice'), dangling);
  });

  it('decides about the whole identity', async () => {
    const request = { ...secrets, verb: 'get', namespace: 'pay', name: 'db' };
    const dev = contextOf(user('alice', { uid: '1', groups: ['devs'] }));
    const allowed = await access.decide(dev, request);
    expect(allowed).toMatchObject({ allowed: true });
    expect(allowed.reason).toMatch(/^RBAC: allowed by/);
    const nobody = contextOf(user('alice', { groups: ['dev', 's'] }));
    expect(await access.decide(nobody, request)).toEqual({ allowed: false, reason: '' });
    const wider = { ...request, name: 'other' };
    const grant = { ...allowed, right: request };
    expect(await access.require(dev, wider, request)).toEqual(grant);
    await expect(access.require(dev, wider)).rejects.toMatchObject({ code: 'Forbidden' });
  });

  async function expectSameWords(principal: ReturnType<typeof user>, request: ResourceRequest) {
    expect(await denial(principal, request)).toBe(await apiServerDenial(principal, request));
  }

  async function denial(principal: ReturnType<typeof user>, request: ResourceRequest) {
    return access.require(contextOf(principal), request).then(
      () => 'allowed',
      (error: Error) => error.message,
    );
  }

  /** The same request as the same user, on the strength of the admin's right to impersonate. */
  async function apiServerDenial(principal: ReturnType<typeof user>, request: ResourceRequest) {
    const { verb, group, resource, subresource, namespace, name } = request;
    const scope = namespace === '' ? [] : ['namespaces', namespace];
    const path = [...(group === '' ? ['api', 'v1'] : ['apis', group, 'v1']), ...scope, resource];
    if (name !== '') path.push(name);
    if (subresource !== undefined) path.push(subresource);
    const methods = { create: 'POST', deletecollection: 'DELETE' } as const;
    const method = verb === 'create' || verb === 'deletecollection' ? methods[verb] : 'GET';
    return admin.caller.send(principal, { method, path, effect: 'none' }).then(
      () => 'allowed',
      (error: Error) => error.message,
    );
  }
});
