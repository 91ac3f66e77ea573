import { describe, expect, it, vi } from 'vitest';
import { accessLimits } from '../../../src/core/access-limits.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import { GatewayGrants } from '../../../src/kubernetes/gateway-grants.js';

type Client = ConstructorParameters<typeof GatewayGrants>[0];

const username = 'system:serviceaccount:sallyport:sallyport';
const groups = ['system:serviceaccounts', 'system:authenticated'];
const account = { kind: 'ServiceAccount', name: 'sallyport', namespace: 'sallyport' };
const { signal } = new AbortController();
const rules = [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }];

function binding(name: string, subject: object, role: string, namespace?: string) {
  const [kind = '', of = ''] = role.split('/');
  return { metadata: { name, namespace }, roleRef: { kind, name: of }, subjects: [subject] };
}

function grants(
  objects: Readonly<Record<string, readonly unknown[]>>,
  getRole?: Client['getRole'],
) {
  const listRbac = vi.fn((resource: string, _: string, map: (json: unknown) => unknown) =>
    Promise.resolve((objects[resource] ?? []).map(map)),
  );
  const client = {
    reviewOwnIdentity: () => Promise.resolve({ status: { userInfo: { username, groups } } }),
    listRbac,
    getRole: getRole ?? (() => Promise.resolve({ rules })),
  } as unknown as Client;
  return { listRbac, reader: new GatewayGrants(client) };
}

describe('what RBAC grants to the gateway', () => {
  it('is read from the bindings of its account and groups, in all namespaces', async () => {
    const getRole = vi.fn(() => Promise.resolve({ rules }));
    const { reader, listRbac } = grants(
      {
        clusterrolebindings: [
          binding('own', account, 'ClusterRole/reader'),
          binding('all', { kind: 'Group', name: 'system:authenticated' }, 'ClusterRole/reader'),
          binding('other', { ...account, namespace: 'other' }, 'ClusterRole/reader'),
        ],
        rolebindings: [
          binding('role', account, 'Role/local', 'team-a'),
          binding('user', { kind: 'User', name: username }, 'ClusterRole/reader', 'team-b'),
        ],
      },
      getRole,
    );
    const found = await reader.read(signal);
    expect(found?.map(({ binding: name, namespace }) => [name, namespace])).toEqual([
      ['ClusterRoleBinding "own"', ''],
      ['ClusterRoleBinding "all"', ''],
      ['RoleBinding "role"', 'team-a'],
      ['RoleBinding "user"', 'team-b'],
    ]);
    const whole = { ...rules[0], resourceNames: [], nonResourceURLs: [] };
    expect(found?.[0]?.rules).toEqual([whole]);
    expect(listRbac.mock.calls.map(([resource, namespace]) => [resource, namespace])).toEqual([
      ['clusterrolebindings', ''],
      ['rolebindings', ''],
    ]);
    // Each role once, however often it is bound.
    expect(getRole.mock.calls.map((call: unknown[]) => call.slice(0, 2))).toEqual([
      ['', 'reader'],
      ['team-a', 'local'],
    ]);
  });

  it('is nothing where the role was deleted', async () => {
    const clusterrolebindings = [binding('own', account, 'ClusterRole/gone')];
    const absent = () => Promise.reject(new SallyportError('NotFound', 'not found'));
    const { reader } = grants({ clusterrolebindings }, absent);
    expect((await reader.read(signal))?.[0]?.rules).toEqual([]);
  });

  it('is unknown where the gateway may not read it', async () => {
    const { reader, listRbac } = grants({});
    const fault = new SallyportError('Unavailable', 'not set up', { isInstallationFault: true });
    listRbac.mockRejectedValueOnce(fault);
    expect(await reader.read(signal)).toBeUndefined();
  });

  it('is asked again where the API server does not answer', async () => {
    const { reader, listRbac } = grants({});
    listRbac.mockRejectedValueOnce(unavailable('the cluster cannot be reached'));
    await expect(reader.read(signal)).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('is bounded', async () => {
    const many = Array.from({ length: accessLimits.gatewayRolesMax + 1 }, (_, at) =>
      binding(`b${at}`, account, `ClusterRole/r${at}`),
    );
    const { reader } = grants({ clusterrolebindings: many });
    await expect(reader.read(signal)).rejects.toMatchObject({ code: 'TooLarge' });
  });
});
