import { describe, expect, it, vi } from 'vitest';
import type { GatewayGrant } from '../../../src/access/domain/gateway-grants.js';
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

/** Each to a Role of its own. */
function bindings(count: number, namespace: string) {
  return Array.from({ length: count }, (_, at) =>
    binding(`b${at}`, { kind: 'Group', name: 'system:authenticated' }, `Role/r${at}`, namespace),
  );
}

async function read(reader: GatewayGrants): Promise<readonly GatewayGrant[]> {
  const found = await reader.read(signal);
  if (found === undefined || 'unchecked' in found) throw new Error('it is not known');
  return found;
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
    const found = await read(reader);
    expect(found.map(({ binding: name, namespace }) => [name, namespace])).toEqual([
      ['ClusterRoleBinding "own"', ''],
      ['ClusterRoleBinding "all"', ''],
      ['RoleBinding "role"', 'team-a'],
      ['RoleBinding "user"', 'team-b'],
    ]);
    const whole = { ...rules[0], resourceNames: [], nonResourceURLs: [] };
    expect(found[0]?.rules).toEqual([whole]);
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
    expect((await read(reader))[0]?.rules).toEqual([]);
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

  it('is not read where there are too many roles, and says where they are', async () => {
    const getRole = vi.fn(() => Promise.resolve({ rules }));
    const many = bindings(accessLimits.gatewayRolesMax, 'pay');
    const clusterrolebindings = [binding('own', account, 'ClusterRole/reader')];
    const { reader, listRbac } = grants({ clusterrolebindings, rolebindings: many }, getRole);
    expect(await reader.read(signal)).toEqual({
      unchecked:
        '501 roles are bound to the gateway, 500 of them in namespace pay, and the gateway checks ' +
        'at most 500: delete bindings there, such as those for system:authenticated',
    });
    expect(getRole).not.toHaveBeenCalled();
    expect(listRbac).toHaveBeenCalledTimes(2);
  });

  it('is not read where there are too many objects', async () => {
    for (const [resource, sentence] of [
      ['rolebindings', 'the cluster has more than 200000 rolebindings'],
      ['roles', 'namespace pay has more than 20000 roles'],
    ] as const) {
      const { reader, listRbac } = grants({ rolebindings: bindings(20, 'pay') });
      const list = listRbac.getMockImplementation();
      listRbac.mockImplementation((asked, ...rest) => {
        if (asked !== resource && list !== undefined) return list(asked, ...rest);
        return Promise.reject(new SallyportError('TooLarge', 'more'));
      });
      const unchecked = expect.stringContaining(sentence);
      expect(await reader.read(signal)).toEqual({ unchecked });
    }
  });

  it('is one list where many Roles of a namespace are bound', async () => {
    const getRole = vi.fn(() => Promise.resolve({ rules }));
    const roles = Array.from({ length: 100 }, (_, at) => ({ metadata: { name: `r${at}` }, rules }));
    const rolebindings = [...bindings(50, 'pay'), ...bindings(8, 'team-a')];
    const { reader, listRbac } = grants({ rolebindings, roles }, getRole);
    const found = await read(reader);
    expect(found.every((grant) => grant.rules.length === 1)).toBe(true);
    expect(listRbac.mock.calls.map(([resource, namespace]) => [resource, namespace])).toEqual([
      ['clusterrolebindings', ''],
      ['rolebindings', ''],
      ['roles', 'pay'],
    ]);
    expect(getRole).toHaveBeenCalledTimes(8);
  });
});
