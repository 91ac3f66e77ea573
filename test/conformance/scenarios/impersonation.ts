import { get, post, scenario, type Scenario, type Step, type StepOptions } from '../scenario.js';
import { whoAmI } from './identity.js';
import { binding, role, secrets } from './objects.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const constrained = 'authentication.k8s.io';
const alice = '{ns}-alice';

function as(headers: Readonly<Record<string, string>>, user?: string): StepOptions {
  return { headers, ...(user === undefined ? {} : { as: user }) };
}

const bob = { 'impersonate-user': '{ns}-bob' };
const full = {
  ...bob,
  'impersonate-group': '{ns}-team',
  'impersonate-uid': '77',
  'impersonate-extra-scopes': 'view',
};

/** Cluster-wide rights of alice, in force when the last step has been answered. */
function granted(...rules: readonly Record<string, unknown>[]): readonly Step[] {
  const wait = { verbs: ['probe'], apiGroups: [''], resources: ['probes'] };
  const name = '{ns}-impersonator';
  const ref = { kind: 'ClusterRole', name };
  const resourceAttributes = { verb: 'probe', resource: 'probes' };
  const spec = { user: alice, resourceAttributes };
  const question = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  return [
    post(201, `${rbac}/clusterroles`, { ...role(name, [...rules, wait]), kind: 'ClusterRole' }),
    post(201, `${rbac}/clusterrolebindings`, binding(name, ref, alice, 'ClusterRoleBinding')),
    {
      ...post(201, '/apis/authorization.k8s.io/v1/subjectaccessreviews', question),
      until: 'status.allowed',
    },
  ];
}

const impersonate = { verbs: ['impersonate'], apiGroups: [''] };
const userInfo = { verbs: ['impersonate:user-info'], apiGroups: [constrained] };
const onBehalf = { verbs: ['impersonate-on:user-info:get', 'impersonate-on:user-info:list'] };

export const impersonationScenarios: readonly Scenario[] = [
  scenario(
    'who may do everything may be anybody',
    whoAmI(201, as(bob)),
    whoAmI(201, as(full)),
    whoAmI(201, as({ 'impersonate-user': 'system:serviceaccount:{ns}:app' })),
    whoAmI(201, as({ ...bob, 'impersonate-group': 'system:masters' })),
    whoAmI(403, as({ 'impersonate-user': 'system:anonymous' })),
    whoAmI(201, as({ ...bob, 'impersonate-group': 'system:authenticated' })),
    whoAmI(403, as({ ...bob, 'impersonate-group': 'system:unauthenticated' })),
    whoAmI(201, as({ ...bob, 'impersonate-extra-a%2fb': 'c' })),
    whoAmI(400, as({ 'impersonate-group': 'x' })),
    whoAmI(400, as({ 'impersonate-uid': 'x' })),
    whoAmI(400, as({ 'impersonate-extra-a': 'x' })),
    whoAmI(201, as({ 'impersonate-user': 'system:node:one' })),
    get(403, secrets, as(bob)),
    get(200, secrets, as({ ...bob, 'impersonate-group': 'system:masters' })),
  ),
  scenario(
    'who may not impersonate is told so',
    whoAmI(403, as(bob, alice)),
    whoAmI(403, as(full, alice)),
    whoAmI(403, as({ 'impersonate-user': 'system:serviceaccount:{ns}:app' }, alice)),
    whoAmI(403, as({ 'impersonate-user': 'system:node:one' }, alice)),
    whoAmI(403, as({ 'impersonate-user': alice }, alice)),
    get(403, secrets, as(bob, alice)),
    get(403, '/version', as(bob, alice)),
    get(403, '/nonsense', as(bob, alice)),
    whoAmI(403, as(bob, 'anonymous')),
  ),
  scenario(
    'the verb impersonate covers what it names',
    ...granted(
      { ...impersonate, resources: ['users'], resourceNames: ['{ns}-bob'] },
      { ...impersonate, resources: ['groups'], resourceNames: ['{ns}-team'] },
      { ...impersonate, apiGroups: [constrained], resources: ['userextras/scopes'] },
      { ...impersonate, apiGroups: [constrained], resources: ['uids'] },
    ),
    whoAmI(403, as({ 'impersonate-user': 'carol' }, alice)),
    whoAmI(403, as({ ...bob, 'impersonate-group': 'other' }, alice)),
    whoAmI(403, as({ ...bob, 'impersonate-extra-other': 'x' }, alice)),
    whoAmI(403, as({ 'impersonate-user': 'system:serviceaccount:{ns}:app' }, alice)),
    // After the refusals: kube-apiserver words them by the kind of right that worked last.
    whoAmI(201, as(bob, alice)),
    whoAmI(201, as(full, alice)),
    get(403, secrets, as(bob, alice)),
    get(200, '/version', { ...as(bob, alice), isOpaque: true }),
  ),
  scenario(
    'constrained impersonation needs the identity and the action',
    ...granted(
      { ...userInfo, resources: ['users'], resourceNames: ['{ns}-bob'] },
      { ...userInfo, resources: ['groups'], resourceNames: ['{ns}-team'] },
      { ...onBehalf, apiGroups: [''], resources: ['secrets'] },
    ),
    get(403, secrets, as(bob, alice)),
    get(403, `${secrets}/one`, as(bob, alice)),
    get(403, '/api/v1/namespaces/{ns}/configmaps', as(bob, alice)),
    whoAmI(403, as(bob, alice)),
    get(403, secrets, as({ 'impersonate-user': 'carol' }, alice)),
    get(403, secrets, as(full, alice)),
    get(403, secrets, as({ ...bob, 'impersonate-group': '{ns}-team' }, alice)),
    get(403, '/version', as(bob, alice)),
    post(201, `${rbac}/namespaces/{ns}/roles`, role('reader', [reader()])),
    post(201, `${rbac}/namespaces/{ns}/rolebindings`, readerBinding()),
    {
      ...post(201, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: '{ns}-bob',
          resourceAttributes: { verb: 'list', resource: 'secrets', namespace: '{ns}' },
        },
      }),
      until: 'status.allowed',
    },
    get(200, secrets, as(bob, alice)),
    get(404, `${secrets}/one`, as(bob, alice)),
    get(403, '/api/v1/secrets', as(bob, alice)),
  ),
];

function reader(): Record<string, unknown> {
  return { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'] };
}

function readerBinding(): unknown {
  return binding('reader', { kind: 'Role', name: 'reader' }, '{ns}-bob');
}
