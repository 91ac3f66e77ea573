import { describe, expect, test } from 'vitest';
import { refuseBindingEscalation, refuseRoleEscalation } from '../../src/authz/escalation.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import {
  binding,
  clusterRole,
  contextFor,
  role,
  statusOf,
  subject,
  userNamed,
} from './rbac.builder.js';

const GROUP = 'rbac.authorization.k8s.io';
const eve = userNamed('eve', 'devs', 'system:authenticated');
const held = [
  { verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['secrets', 'pods/log'] },
  { verbs: ['*'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'b'] },
  { verbs: ['get'], apiGroups: ['*'], resources: ['*/status'] },
  { verbs: ['get'], nonResourceURLs: ['/metrics/*', '/x'] },
];
const objects = [
  clusterRole('held', ...held),
  binding('', 'held', 'ClusterRole/held', subject('User', 'eve')),
];
const context = contextFor(eve, ...objects);
const begins = [
  'user "eve" (groups=["devs" "system:authenticated"])',
  'is attempting to grant RBAC permissions not currently held:\n',
].join(' ');

function missingIn(...rules: JsonObject[]): string {
  const status = statusOf(() =>
    refuseRoleEscalation(clusterRole('new', ...rules), undefined, context),
  );
  return String(status['message']).replace(
    `clusterroles.${GROUP} "new" is forbidden: ${begins}`,
    '',
  );
}

// Seen alike on kube-apiserver 1.37.2.
describe('a role may grant what its author holds', () => {
  test.each<JsonObject>([
    { verbs: ['get'], apiGroups: ['', 'apps'], resources: ['secrets', 'pods/log'] },
    { verbs: ['list'], apiGroups: ['apps'], resources: ['secrets'], resourceNames: ['any'] },
    { verbs: ['*', 'frob'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['b'] },
    { verbs: ['get'], apiGroups: ['x'], resources: ['pods/status'] },
    { verbs: ['get'], nonResourceURLs: ['/metrics/a', '/metrics/*', '/x'] },
    { verbs: [], apiGroups: ['*'], resources: ['*'] },
  ])('%j', (rule) => {
    expect(() => refuseRoleEscalation(clusterRole('new', rule), undefined, context)).not.toThrow();
  });
});

describe('a role may grant no more', () => {
  test.each<[JsonObject, string]>([
    [
      { verbs: ['get', 'update'], apiGroups: [''], resources: ['secrets'] },
      '{APIGroups:[""], Resources:["secrets"], Verbs:["update"]}',
    ],
    [
      { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
      '{APIGroups:[""], Resources:["configmaps"], Verbs:["get"]}',
    ],
    [
      { verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a', 'c'] },
      '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["c"], Verbs:["get"]}',
    ],
    [
      { verbs: ['get'], apiGroups: ['*'], resources: ['pods/*'] },
      '{APIGroups:["*"], Resources:["pods/*"], Verbs:["get"]}',
    ],
    [
      { verbs: ['get'], nonResourceURLs: ['/metrics', '*'] },
      '{NonResourceURLs:["*"], Verbs:["get"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}',
    ],
  ])('%j', (rule, missing) => {
    expect(missingIn(rule)).toBe(missing);
  });

  test('the refusal puts the verbs of a resource together, sorted by text', () => {
    const rules = [
      { verbs: ['get', 'watch'], apiGroups: ['apps', ''], resources: ['secrets', 'pods'] },
      { verbs: ['delete'], apiGroups: [''], resources: ['pods'] },
    ];
    expect(missingIn(...rules).split('\n')).toEqual([
      '{APIGroups:[""], Resources:["pods"], Verbs:["get" "watch" "delete"]}',
      '{APIGroups:[""], Resources:["secrets"], Verbs:["watch"]}',
      '{APIGroups:["apps"], Resources:["pods"], Verbs:["get" "watch"]}',
      '{APIGroups:["apps"], Resources:["secrets"], Verbs:["watch"]}',
    ]);
  });

  test('the status names the role', () => {
    const wanted = role('pay', 'new', { verbs: ['get'], apiGroups: [''], resources: ['pods'] });
    expect(statusOf(() => refuseRoleEscalation(wanted, undefined, context))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      details: { name: 'new', group: GROUP, kind: 'roles' },
    });
  });
});

const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };

describe('who may escalate', () => {
  test('is a member of system:masters, or who has the verb on that role', () => {
    const wanted = role('pay', 'new', everything);
    const admin = contextFor(userNamed('root', 'system:masters'));
    expect(() => refuseRoleEscalation(wanted, undefined, admin)).not.toThrow();
    const right = { verbs: ['escalate'], apiGroups: [GROUP], resources: ['roles'] };
    const escalating = contextFor(
      eve,
      role('pay', 'escalate', { ...right, resourceNames: ['new'] }),
      binding('pay', 'escalate', 'Role/escalate', subject('User', 'eve')),
    );
    const old = role('pay', 'new');
    expect(() => refuseRoleEscalation(wanted, old, escalating)).not.toThrow();
    expect(() => refuseRoleEscalation(wanted, undefined, escalating)).toThrow('not currently held');
    const ofCluster = clusterRole('new', everything);
    expect(() => refuseRoleEscalation(ofCluster, old, escalating)).toThrow('not currently held');
  });

  test('may change owners and finalizers alone without holding the rules', () => {
    const old = clusterRole('big', everything);
    const collected = { ...old, metadata: { ...old.metadata, finalizers: ['example.org/x'] } };
    expect(() => refuseRoleEscalation(collected, old, context)).not.toThrow();
    const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
    expect(() => refuseRoleEscalation(labelled, old, context)).toThrow('not currently held');
  });
});

test('an aggregationRule, set or left, needs every right', () => {
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
  const aggregating: KubeObject = { ...clusterRole('new'), aggregationRule };
  const why = 'must have cluster-admin privileges to use the aggregationRule';
  const message = `clusterroles.${GROUP} "new" is forbidden: ${why}`;
  const refused = [
    statusOf(() => refuseRoleEscalation(aggregating, undefined, context)),
    statusOf(() => refuseRoleEscalation(clusterRole('new'), aggregating, context)),
  ];
  expect(refused.map((status) => status['message'])).toEqual([message, message]);
  const admin = contextFor(
    eve,
    clusterRole('admin', everything, { verbs: ['*'], nonResourceURLs: ['*'] }),
    binding('', 'admin', 'ClusterRole/admin', subject('User', 'eve')),
  );
  expect(() => refuseRoleEscalation(aggregating, undefined, admin)).not.toThrow();
});

describe('a binding', () => {
  const big = clusterRole('big', everything);
  const local = role('pay', 'local', held[0] ?? {});
  const bindings = contextFor(eve, big, local, ...objects);
  const refuse = (wanted: KubeObject, asked = bindings) =>
    statusOf(() => refuseBindingEscalation(wanted, undefined, asked));

  test('may grant a role whose rules its author holds', () => {
    for (const to of ['Role/local', 'ClusterRole/held']) {
      const wanted = binding('pay', 'b', to);
      expect(() => refuseBindingEscalation(wanted, undefined, bindings)).not.toThrow();
    }
  });

  test('may grant no other, in the words of the binding', () => {
    const missing = '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}';
    expect(refuse(binding('pay', 'b', 'ClusterRole/big'))).toMatchObject({
      code: 403,
      message: `rolebindings.${GROUP} "b" is forbidden: ${begins}${missing}`,
      details: { name: 'b', group: GROUP, kind: 'rolebindings' },
    });
    expect(refuse(binding('', 'b', 'ClusterRole/big'))['details']).toMatchObject({
      kind: 'clusterrolebindings',
    });
  });

  test('may grant whatever role its author may bind there, even a missing one', () => {
    const right = { verbs: ['bind'], apiGroups: [GROUP], resources: ['clusterroles'] };
    const binder = contextFor(
      eve,
      big,
      role('pay', 'binder', { ...right, resourceNames: ['big', 'gone'] }),
      binding('pay', 'binder', 'Role/binder', subject('User', 'eve')),
    );
    for (const to of ['ClusterRole/big', 'ClusterRole/gone']) {
      const wanted = binding('pay', 'b', to);
      expect(() => refuseBindingEscalation(wanted, undefined, binder)).not.toThrow();
    }
    expect(refuse(binding('', 'b', 'ClusterRole/big'), binder)['code']).toBe(403);
    expect(refuse(binding('pay', 'b', 'ClusterRole/other'), binder)['code']).toBe(404);
  });

  test.each([
    ['pay', 'Role/gone', 404, `rolebindings.${GROUP} "gone" not found`],
    ['pay', 'ClusterRole/gone', 404, `rolebindings.${GROUP} "gone" not found`],
    ['', 'ClusterRole/gone', 404, `clusterrolebindings.${GROUP} "gone" not found`],
    ['', 'Role/local', 400, 'Namespace parameter required.'],
    ['pay', 'Foo/x', 500, 'unsupported role reference kind: "Foo"'],
  ])('in %j to %s is answered with %d', (namespace, to, code, message) => {
    expect(refuse(binding(namespace, 'b', to))).toMatchObject({ code, message });
  });
});
