import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  type GrantedRight,
  isImpersonation,
  isOfConstrained,
  isOfLegacy,
} from '../../../../src/access/domain/profile-rules.js';

const limits = {
  scope: 'served',
  gatewayNamespace: 'sallyport',
  broker: 'sallyport-broker',
  resources: [] as readonly string[],
} as const;
const wide = { ...limits, scope: 'cluster' } as const;

interface Role {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
}

/** Every right of a shipped role, where a binding of the by-namespace scope makes it hold. */
function shipped(file: string, namespaceOf: (role: Role) => string): readonly GrantedRight[] {
  const roles = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS() as Role);
  return roles.flatMap((role) =>
    (role.rules ?? []).flatMap(({ verbs, apiGroups, resources, resourceNames = [] }) =>
      verbs.flatMap((verb) =>
        apiGroups.flatMap((group) =>
          resources.map((resource) => {
            return { verb, group, resource, resourceNames, namespace: namespaceOf(role) };
          }),
        ),
      ),
    ),
  );
}

const right = (verb: string, what: string, namespace = 'pay', names: readonly string[] = []) => {
  const [group = '', ...rest] = what.split('/');
  return { verb, group, resource: rest.join('/'), namespace, resourceNames: names };
};
const authentication = 'authentication.k8s.io';

describe('the rules of the constrained profile', () => {
  const file = 'deploy/rbac/constrained/roles/impersonation.yaml';
  const place = ({ metadata: { name, namespace } }: Role) =>
    namespace ?? (name === 'sallyport-become-users' ? '' : 'pay');

  it('are those that are shipped', () => {
    const rights = shipped(file, place);
    expect(rights.length).toBeGreaterThan(50);
    for (const one of rights) expect(isOfConstrained(limits, one), JSON.stringify(one)).toBe(true);
    const all = shipped(file, ({ metadata: { namespace = '' } }) => namespace);
    for (const one of all) expect(isOfConstrained(wide, one), JSON.stringify(one)).toBe(true);
  });

  it.each([
    right('impersonate', '/users', ''),
    right('impersonate', '/serviceaccounts'),
    right('impersonate:arbitrary-node', `${authentication}/nodes`, ''),
    right('impersonate:associated-node', `${authentication}/nodes`, ''),
    right('impersonate:serviceaccount', `${authentication}/serviceaccounts`, ''),
    right('impersonate:serviceaccount', `${authentication}/serviceaccounts`, 'kube-system'),
    right('impersonate:serviceaccount', `${authentication}/serviceaccounts`, 'sallyport'),
    right('impersonate:serviceaccount', `${authentication}/serviceaccounts`, 'sallyport', [
      'sallyport-broker',
      'sallyport',
    ]),
    right('impersonate:serviceaccount', `${authentication}/*`),
    right('impersonate-on:user-info:get', '/secrets', ''),
    right('impersonate-on:user-info:get', '/secrets', 'kube-system'),
    right('impersonate-on:user-info:get', '/secrets', 'sallyport'),
    right('impersonate-on:user-info:*', '/secrets'),
    right('impersonate-on:arbitrary-node:get', '/secrets'),
    right('impersonate-on:associated-node:get', '/secrets'),
    right('impersonate-on:user-info:get', '/*'),
    right('impersonate-on:user-info:get', '*/secrets'),
    right('impersonate-on:user-info:get', '/pods'),
    right('impersonate-on:serviceaccount:create', '/pods'),
    right('impersonate-on:serviceaccount:get', '/events'),
    right('impersonate-on:user-info:create', '/events'),
    right('impersonate-on:serviceaccount:create', '/serviceaccounts/token'),
    right('impersonate-on:user-info:create', '/serviceaccounts/token', 'pay', ['sync']),
    right('impersonate-on:serviceaccount:create', '/serviceaccounts/token', '', ['sync']),
    right('impersonate-on:serviceaccount:create', '/serviceaccounts/token', 'kube-system', ['s']),
    right('impersonate-on:serviceaccount:create', '/serviceaccounts/token', 'sallyport', ['s']),
    right('impersonate-on:serviceaccount:get', '/serviceaccounts/token', 'pay', ['sync']),
    right('impersonate-on:serviceaccount:create', '/serviceaccounts', 'pay', ['sync']),
    right('impersonate-on:serviceaccount:patch', 'sallyport.dev/externalstores/status', ''),
    right('impersonate-on:serviceaccount:get', '/pods/log'),
    right('impersonate-on:serviceaccount:update', 'apps/deployments'),
    right('impersonate-on:serviceaccount:patch', 'apps/replicasets'),
    right('impersonate-on:user-info:patch', 'apps/deployments'),
    right('impersonate-on:user-info:update', 'sallyport.dev/secretrotations/status'),
    right('impersonate-on:user-info:patch', 'sallyport.dev/secretshares/status'),
    right('impersonate-on:serviceaccount:delete', 'sallyport.dev/secretimports/status'),
    right('impersonate-on:user-info:get', 'sallyport.dev/secretimports/scale'),
    right('impersonate-on:user-info:create', 'rbac.authorization.k8s.io/rolebindings'),
    right('impersonate-on:user-info:get', '/configmaps'),
    right('*', '/secrets'),
  ])('hold no %o', (one) => {
    expect(isOfConstrained(limits, one)).toBe(false);
  });

  it('hold the template for the tokens of syncs, which names its ServiceAccount', () => {
    const rights = shipped('deploy/rbac/constrained/sync-token.yaml', () => 'pay');
    const impersonating = rights.filter(({ verb }) => verb.startsWith('impersonate'));
    expect(impersonating).toEqual([
      right('impersonate-on:serviceaccount:create', '/serviceaccounts/token', 'pay', [
        'sallyport-sync',
      ]),
    ]);
    for (const given of [limits, wide]) {
      expect(impersonating.every((one) => isOfConstrained(given, one))).toBe(true);
    }
    const others = rights.filter((one) => !impersonating.includes(one));
    expect(others).toEqual([right('create', '/serviceaccounts/token', 'pay', ['sallyport-sync'])]);
  });

  it('hold what kubectl.resources names, in the whole cluster as well', () => {
    const resources = ['configmaps', 'deployments.apps/scale'];
    const named = { ...limits, resources };
    for (const namespace of ['pay', '']) {
      for (const [what, expected] of [
        ['/configmaps', true],
        ['apps/deployments/scale', true],
        ['apps/deployments', false],
        ['apps/configmaps', false],
      ] as const) {
        const one = right('impersonate-on:user-info:update', what, namespace);
        expect(isOfConstrained(named, one), what).toBe(expected);
      }
    }
    const system = right('impersonate-on:user-info:get', '/configmaps', 'kube-system');
    expect(isOfConstrained(named, system)).toBe(false);
  });
});

describe('the rules of the legacy profile', () => {
  const file = 'deploy/rbac/legacy/roles/impersonation.yaml';
  const place = ({ metadata: { name, namespace } }: Role) =>
    namespace ?? (name === 'sallyport-impersonate-users' ? '' : 'pay');

  it('are those that are shipped', () => {
    const rights = shipped(file, place);
    expect(rights.length).toBeGreaterThan(3);
    for (const one of rights) expect(isOfLegacy(limits, one), JSON.stringify(one)).toBe(true);
    const all = shipped(file, ({ metadata: { namespace = '' } }) => namespace);
    for (const one of all) expect(isOfLegacy(wide, one), JSON.stringify(one)).toBe(true);
  });

  it.each([
    right('impersonate', '/serviceaccounts', ''),
    right('impersonate', '/serviceaccounts', 'kube-system'),
    right('impersonate', '/serviceaccounts', 'sallyport'),
    right('impersonate', '/*'),
    right('impersonate', '*/*'),
    right('impersonate:user-info', `${authentication}/users`, ''),
    right('impersonate-on:user-info:get', '/secrets'),
    right('*', '/serviceaccounts'),
  ])('hold no %o', (one) => {
    expect(isOfLegacy(limits, one)).toBe(false);
  });
});

describe('a verb', () => {
  it.each(['*', 'impersonate', 'impersonate:user-info', 'impersonate-on:user-info:get'])(
    'impersonates: %s',
    (verb) => {
      expect(isImpersonation(verb)).toBe(true);
    },
  );

  it.each(['get', 'create', 'impersonates', 'escalate'])('does not: %s', (verb) => {
    expect(isImpersonation(verb)).toBe(false);
  });
});
