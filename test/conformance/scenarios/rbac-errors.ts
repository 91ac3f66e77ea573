import { del, get, patch, post, put, scenario, type Scenario, type Step } from '../scenario.js';
import { binding, role, secret, secrets } from './objects.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const roles = `${rbac}/namespaces/{ns}/roles`;
const roleBindings = `${rbac}/namespaces/{ns}/rolebindings`;
const clusterRoles = `${rbac}/clusterroles`;
const clusterRoleBindings = `${rbac}/clusterrolebindings`;
const alice = { as: '{ns}-alice/{ns}-team' };
const readSecrets = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };
const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

/** Lets alice do what the rules say in the scenario's namespace, as soon as it is known. */
function granted(rules: readonly unknown[]): readonly Step[] {
  return [
    post(201, roles, role('granted', rules)),
    post(201, roleBindings, binding('granted', { kind: 'Role', name: 'granted' }, '{ns}-alice')),
    {
      ...post(201, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: '{ns}-alice', resourceAttributes: attributesOf(rules[0]) },
      }),
      until: 'status.allowed',
    },
  ];
}

function attributesOf(rule: unknown): unknown {
  const { verbs, apiGroups, resources } = rule as Record<string, readonly string[]>;
  const [verb, group, resource] = [verbs?.[0], apiGroups?.[0], resources?.[0]];
  return { verb, group, resource, namespace: '{ns}' };
}

const manageRbac = {
  verbs: ['create', 'update', 'patch', 'get', 'delete'],
  apiGroups: ['rbac.authorization.k8s.io'],
  resources: ['roles', 'rolebindings'],
};

export const rbacErrorScenarios: readonly Scenario[] = [
  scenario(
    'who may not do something is told what, where and why',
    ...[
      get(403, `${secrets}/one`, alice),
      get(403, secrets, alice),
      get(403, `${secrets}?watch=true`, alice),
      get(403, `${secrets}?fieldSelector=metadata.name%3Done`, alice),
      get(403, '/api/v1/secrets', alice),
      get(403, '/api/v1/namespaces/{ns}', alice),
      get(403, '/api/v1/namespaces', alice),
      get(403, '/api/v1/namespaces/{ns}/pods/p/log', alice),
      get(403, '/apis/apps/v1/namespaces/{ns}/deployments/d/scale', alice),
      get(403, `${clusterRoles}/admin`, alice),
      get(403, '/apis/example.com/v1/namespaces/{ns}/widgets', alice),
      get(403, '/api/v1/namespaces/{ns}/nonsense', alice),
      get(403, '/api/v1/nodes/n', alice),
      get(403, '/metrics', alice),
      get(403, '/nonsense', alice),
      get(403, '/api/v1/namespaces/{ns}/secrets/one/nonsense', alice),
      post(403, secrets, secret('one'), alice),
      post(403, secrets, '{', alice),
      put(403, `${secrets}/one`, secret('one'), alice),
      patch(403, `${secrets}/one`, {}, undefined, alice),
      del(403, `${secrets}/one`, undefined, alice),
      del(403, secrets, undefined, alice),
      post(403, '/api/v1/namespaces', {}, alice),
      post(403, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {}, alice),
      post(403, '/api/v1/namespaces/{ns}/serviceaccounts/x/token', {}, alice),
      del(403, '/metrics', undefined, alice),
      post(403, '/nonsense', {}, alice),
      get(403, `${secrets}/one`, { as: 'anonymous' }),
      get(403, '/api/v1/namespaces/{ns}', { as: 'anonymous' }),
      get(403, '/api', { as: 'anonymous' }),
      get(200, '/api', { ...alice, isOpaque: true }),
      get(200, '/version', { as: 'anonymous', isOpaque: true }),
      get(200, '/healthz', { as: 'anonymous' }),
      get(200, '/readyz', { as: 'anonymous' }),
      get(200, '/livez', { as: 'anonymous' }),
    ],
  ),
  scenario(
    'nobody grants rights that he has not',
    ...granted([manageRbac, readSecrets]),
    post(201, roles, role('fine', [readSecrets]), alice),
    post(403, roles, role('more', [{ ...readSecrets, verbs: ['get', 'list'] }]), alice),
    post(403, roles, role('more', [everything]), alice),
    post(403, roles, role('more', [{ ...readSecrets, resources: ['pods', 'secrets'] }]), alice),
    post(201, roles, role('named', [{ ...readSecrets, resourceNames: ['one'] }]), alice),
    post(403, roles, role('more', [{ ...readSecrets, apiGroups: ['', 'apps'] }]), alice),
    put(403, `${roles}/fine`, role('fine', [readSecrets, everything]), alice),
    put(200, `${roles}/fine`, role('fine', []), alice),
    patch(403, `${roles}/fine`, { rules: [everything] }, undefined, alice),
    post(201, roles, role('wide', [everything])),
    patch(403, `${roles}/wide`, { metadata: { labels: { a: 'b' } } }, undefined, alice),
    post(403, roleBindings, binding('b', { kind: 'Role', name: 'wide' }, 'x'), alice),
    post(201, roleBindings, binding('b', { kind: 'Role', name: 'fine' }, 'x'), alice),
    post(404, roleBindings, binding('c', { kind: 'Role', name: 'none' }, 'x'), alice),
    post(403, roleBindings, binding('c', { kind: 'ClusterRole', name: 'view' }, 'x'), {
      ...alice,
      isOpaque: true,
    }),
    post(403, clusterRoles, { ...role('{ns}-x', [readSecrets]), kind: 'ClusterRole' }, alice),
    post(201, roleBindings, binding('adm', { kind: 'Role', name: 'none' }, 'x')),
  ),
  scenario(
    'escalate and bind are rights of their own',
    ...granted([
      { ...manageRbac, verbs: ['create', 'escalate', 'bind'] },
      { ...manageRbac, resources: ['roles'], verbs: ['escalate'] },
    ]),
    post(201, roles, role('more', [everything]), alice),
    post(201, roleBindings, binding('b', { kind: 'Role', name: 'more' }, 'x'), alice),
    post(
      403,
      roleBindings,
      binding('c', { kind: 'ClusterRole', name: 'cluster-admin' }, 'x'),
      alice,
    ),
  ),
  scenario(
    'roles and bindings have rules',
    post(422, roles, role('r', [{ verbs: [], apiGroups: [''], resources: ['x'] }])),
    post(422, roles, role('r', [{ verbs: ['get'], resources: ['x'] }])),
    post(422, roles, role('r', [{ verbs: ['get'], apiGroups: [''] }])),
    post(422, roles, role('r', [{ verbs: ['get'], nonResourceURLs: ['/x'] }])),
    post(422, roles, role('a/b', [])),
    post(422, roles, role('..', [])),
    post(201, roles, role('system:Any Name', [])),
    get(200, `${roles}/system:Any%20Name`),
    post(201, clusterRoles, clusterRole('paths', [{ verbs: ['get'], nonResourceURLs: ['/x'] }])),
    post(422, clusterRoles, clusterRole('both', [{ ...readSecrets, nonResourceURLs: ['/x'] }])),
    post(422, roleBindings, binding('b', { kind: 'Other', name: 'x' }, 'x')),
    post(422, roleBindings, binding('b', { kind: 'Role', name: '' }, 'x')),
    post(422, roleBindings, subjects([{ kind: 'Nobody', name: 'x' }])),
    post(422, roleBindings, subjects([{ kind: 'User', name: '' }])),
    post(201, roleBindings, subjects([{ kind: 'ServiceAccount', name: 'x' }], 'a')),
    post(422, roleBindings, subjects([{ kind: 'ServiceAccount', name: 'Bad', namespace: 'x' }])),
    post(422, roleBindings, subjects([{ kind: 'User', name: 'x', apiGroup: 'other' }])),
    post(201, roleBindings, subjects([{ kind: 'User', name: 'x' }])),
    put(422, `${roleBindings}/b`, binding('b', { kind: 'Role', name: 'other' }, 'x')),
    put(200, `${roleBindings}/b`, binding('b', { kind: 'Role', name: 'r' }, 'y')),
    post(
      422,
      clusterRoleBindings,
      binding('{ns}-b', { kind: 'Role', name: 'x' }, 'x', 'ClusterRoleBinding'),
    ),
    post(201, roleBindings, { ...binding('n', { kind: 'Role', name: 'x' }, 'x'), subjects: null }),
    del(200, `${roleBindings}/n`),
    del(200, `${clusterRoles}/{ns}-paths`),
  ),
];

function clusterRole(name: string, rules: readonly unknown[]): unknown {
  return { ...role(`{ns}-${name}`, rules), kind: 'ClusterRole' };
}

function subjects(list: readonly unknown[], name = 'b'): unknown {
  return { ...binding(name, { kind: 'Role', name: 'r' }, 'x'), subjects: list };
}
