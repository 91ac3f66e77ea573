import { apply, del, get, patch, post, put, scenario, strategicPatch } from '../scenario.js';
import type { Scenario } from '../scenario.js';
import {
  binding,
  configMap,
  configmaps,
  deployment,
  deployments,
  event,
  pod,
  role,
  secret,
} from './objects.js';

const core = '/api/v1/namespaces/{ns}';
const apps = '/apis/apps/v1/namespaces/{ns}';
const leases = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
const uid = '11111111-1111-1111-1111-111111111111';
const rule = {
  verbs: ['get', 'update', 'patch'],
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
};
const web = `${deployments}/web`;
const second = '{ns}-2';
const account = (name: string, members = {}) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name },
  ...members,
});
const lease = (name: string, spec = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name },
  spec,
});
const scale = (replicas: number) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'web', namespace: '{ns}' },
  spec: { replicas },
});

function namespace(name: string, members = {}, metadata = {}): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...metadata }, ...members };
}

export const kindScenarios: readonly Scenario[] = [
  scenario(
    'a namespace has a label with its name',
    post(201, '/api/v1/namespaces', namespace('{ns}-1', {}, { labels: { a: 'b' } })),
    get(200, '/api/v1/namespaces/{ns}'),
    get(200, '/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name%3D{ns}'),
    get(200, '/api/v1/namespaces?fieldSelector=metadata.name%3D{ns}'),
    get(
      200,
      '/api/v1/namespaces?fieldSelector=status.phase%3DActive&labelSelector=scenario%3D{ns}',
    ),
    post(409, '/api/v1/namespaces', namespace('{ns}')),
    post(422, '/api/v1/namespaces', namespace('a.b')),
    post(422, '/api/v1/namespaces', namespace('Upper')),
    post(422, '/api/v1/namespaces', namespace('x'.repeat(64))),
    post(201, '/api/v1/namespaces', namespace(second, { spec: { finalizers: ['a.example/x'] } })),
    put(200, `/api/v1/namespaces/${second}`, namespace(second, {}, { labels: { a: 'b' } })),
    patch(200, `/api/v1/namespaces/${second}`, { metadata: { labels: { a: null } } }),
    patch(200, `/api/v1/namespaces/${second}`, {
      metadata: { labels: { 'kubernetes.io/metadata.name': null } },
    }),
    patch(200, `/api/v1/namespaces/${second}`, { status: { phase: 'Terminating' } }),
    get(200, '/api/v1/namespaces/default', { isOpaque: true }),
    get(200, '/api/v1/namespaces/kube-system', { isOpaque: true }),
    get(200, '/api/v1/namespaces/kube-public', { isOpaque: true }),
    del(403, '/api/v1/namespaces/default'),
    del(403, '/api/v1/namespaces/kube-system'),
    del(403, '/api/v1/namespaces/kube-public'),
    del(409, `/api/v1/namespaces/${second}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: '11111111-1111-1111-1111-111111111111' },
    }),
    del(200, `/api/v1/namespaces/${second}`, undefined, { view: withoutConditions }),
  ),
  scenario(
    'a ServiceAccount is an object like others',
    post(201, `${core}/serviceaccounts`, account('app')),
    post(201, `${core}/serviceaccounts`, account('two', { automountServiceAccountToken: false })),
    post(422, `${core}/serviceaccounts`, account('Bad')),
    patch(200, `${core}/serviceaccounts/app`, { imagePullSecrets: [{ name: 'x' }] }),
    patch(
      200,
      `${core}/serviceaccounts/app`,
      { imagePullSecrets: [{ name: 'y' }], secrets: [{ name: 's' }] },
      strategicPatch,
    ),
    apply(200, `${core}/serviceaccounts/app`, account('app', { secrets: [{ name: 't' }] })),
    get(200, `${core}/serviceaccounts?labelSelector=none`),
    del(200, `${core}/serviceaccounts/app`),
  ),
  scenario(
    'a ConfigMap checks its keys and can be immutable',
    post(201, configmaps, configMap('c', { a: '1' })),
    post(201, configmaps, { ...configMap('bin', { a: '1' }), binaryData: { b: 'YQ==' } }),
    post(422, configmaps, { ...configMap('x', { a: '1' }), binaryData: { a: 'YQ==' } }),
    post(422, configmaps, configMap('x', { 'a b': '1' })),
    post(400, configmaps, configMap('x', { a: 1 })),
    post(422, configmaps, configMap('x', { a: 'x'.repeat(1_048_577) })),
    patch(200, `${configmaps}/c`, { immutable: true }),
    patch(422, `${configmaps}/c`, { data: { a: '2' } }),
    patch(422, `${configmaps}/c`, { immutable: false }),
  ),
  scenario(
    'events are stored as they are',
    post(201, `${core}/events`, event('e')),
    post(201, `${core}/events`, event('f', { type: 'Warning', reason: 'R', count: 3 })),
    post(422, `${core}/events`, event('g', { involvedObject: { namespace: 'other' } })),
    post(201, `${core}/events`, event('h', { type: 'Odd' })),
    get(200, `${core}/events?fieldSelector=type%3DWarning`),
    get(200, `${core}/events?fieldSelector=reason%3DR%2CinvolvedObject.name%3Done`),
    get(400, `${core}/events?fieldSelector=count%3D3`),
    patch(200, `${core}/events/e`, { count: 2 }),
    del(200, `${core}/events/e`),
  ),
  scenario(
    'a Lease keeps who leads',
    post(201, leases, lease('l', { holderIdentity: 'a', leaseDurationSeconds: 15 })),
    post(201, leases, lease('empty')),
    post(422, leases, lease('bad', { leaseDurationSeconds: 0 })),
    post(422, leases, lease('bad', { leaseTransitions: -1 })),
    post(400, leases, lease('bad', { renewTime: 'yesterday' })),
    put(422, `${leases}/l`, lease('l', { holderIdentity: 'b' })),
    patch(200, `${leases}/l`, {
      spec: { holderIdentity: 'b', renewTime: '2026-01-01T00:00:00.123456Z' },
    }),
    put(201, `${leases}/new`, lease('new', { holderIdentity: 'b' }), { isOpaque: true }),
    del(200, `${leases}/l`),
  ),
  scenario(
    'a Deployment gets its defaults',
    post(201, deployments, deployment('web')),
    get(200, web),
    put(200, web, deployment('web', { replicas: 3 })),
    patch(200, web, { metadata: { labels: { x: 'y' } } }),
    patch(200, `${web}/status`, { status: { replicas: 1, observedGeneration: 2 } }),
    get(200, `${web}/status`),
    patch(200, web, { status: { replicas: 7 } }),
    patch(422, `${web}?dryRun=All`, { spec: { selector: { matchLabels: { app: 'other' } } } }),
    patch(422, `${web}?dryRun=All`, { spec: { replicas: -1 } }),
    post(
      422,
      `${deployments}?dryRun=All`,
      deployment('bad', { selector: { matchLabels: { app: 'other' } } }),
    ),
    post(422, `${deployments}?dryRun=All`, { ...deployment('bad'), spec: {} }),
    del(200, web),
  ),
  scenario(
    'scale reads and changes the replicas of a Deployment',
    post(201, deployments, deployment('web', { replicas: 2 })),
    get(200, `${web}/scale`),
    put(200, `${web}/scale`, scale(5)),
    patch(200, `${web}/scale`, { spec: { replicas: 4 } }),
    get(200, web),
    put(422, `${web}/scale`, scale(-1)),
    put(409, `${web}/scale`, { ...scale(1), metadata: { name: 'web', resourceVersion: '1' } }),
    put(400, `${web}/scale`, secret('web')),
    put(409, `${web}/scale`, { ...scale(1), metadata: { name: 'web', uid } }),
    patch(422, `${web}/scale`, { spec: { replicas: 'x' } }),
    patch(409, `${web}/scale`, { metadata: { resourceVersion: '1' } }),
    put(400, `${web}/scale`, { ...scale(1), metadata: { name: 'other' } }),
    get(404, `${deployments}/none/scale`),
    get(404, `${core}/secrets/none/scale`),
    del(405, `${web}/scale`),
  ),
  scenario(
    'the other workloads are stored with defaults',
    post(201, `${apps}/statefulsets`, {
      ...deployment('web', { serviceName: 'x' }),
      kind: 'StatefulSet',
    }),
    post(201, `${apps}/daemonsets`, { ...deployment('web'), kind: 'DaemonSet' }),
    post(201, `${apps}/replicasets`, { ...deployment('web'), kind: 'ReplicaSet' }),
    get(200, `${apps}/statefulsets/web/scale`),
    get(200, `${apps}/replicasets/web/scale`),
    patch(200, `${apps}/statefulsets/web`, { spec: { replicas: 0 } }),
  ),
  scenario(
    'a Pod is stored and may be changed little',
    post(201, `${core}/pods`, pod('p')),
    post(422, `${core}/pods?dryRun=All`, pod('bad', { containers: [] })),
    post(422, `${core}/pods?dryRun=All`, pod('bad', { restartPolicy: 'Sometimes' })),
    post(422, `${core}/pods?dryRun=All`, pod('bad', { containers: [{ name: 'Bad', image: 'x' }] })),
    post(422, `${core}/pods?dryRun=All`, pod('bad', { containers: [{ name: 'a' }] })),
    patch(200, `${core}/pods/p`, { metadata: { labels: { a: 'b' } } }),
    patch(200, `${core}/pods/p/status`, { status: { phase: 'Running' } }),
    get(200, `${core}/pods?fieldSelector=status.phase%3DRunning`),
    get(200, `${core}/pods?fieldSelector=spec.nodeName%3D`),
    get(400, `${core}/pods?fieldSelector=spec.image%3Dx`),
    patch(422, `${core}/pods/p?dryRun=All`, { spec: { nodeName: 'other' } }),
    patch(
      200,
      `${core}/pods/p`,
      { spec: { containers: [{ name: 'main', image: 'x:2' }] } },
      strategicPatch,
    ),
    del(200, `${core}/pods/p`, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 }),
    get(404, `${core}/pods/p`),
  ),
  scenario(
    'roles and bindings are objects like others',
    post(201, `${rbac}/roles`, role('r', [])),
    apply(
      200,
      `${rbac}/roles/r`,
      role('r', [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }]),
      'one',
      { isForced: true },
    ),
    post(201, `${rbac}/rolebindings`, binding('b', { kind: 'Role', name: 'r' }, 'x')),
    patch(200, `${rbac}/rolebindings/b`, {
      subjects: null,
    }),
    put(201, `${rbac}/roles/none`, role('none', [])),
    put(200, `${rbac}/roles/none`, role('none', [])),
    put(409, `${rbac}/roles/none`, { ...role('none', []), metadata: { name: 'none', uid } }),
    put(409, `${rbac}/roles/other`, { ...role('other', []), metadata: { name: 'other', uid } }),
    post(201, `${rbac}/roles`, { ...role('s', []), metadata: { name: 's', generation: 7 } }),
  ),
  scenario(
    'an update that creates needs the right to create',
    post(201, `${rbac}/roles`, role('writer', [rule])),
    post(201, `${rbac}/rolebindings`, binding('b', { kind: 'Role', name: 'writer' }, '{ns}-u')),
    { ...get(404, `${leases}/none`, { as: '{ns}-u' }), untilStatus: 404 },
    put(403, `${leases}/new`, lease('new'), { as: '{ns}-u' }),
    apply(403, `${leases}/new`, lease('new'), 'one', { as: '{ns}-u' }),
    get(404, `${leases}/new`, { as: '{ns}-u' }),
    put(422, `${leases}/new`, lease('new', { leaseTransitions: -1 }), { as: '{ns}-u' }),
  ),
];

/** What the namespace controller says; it runs in a whole cluster only. */
function withoutConditions(body: unknown): unknown {
  const { status, ...rest } = body as { readonly status: Record<string, unknown> };
  return { ...rest, status: { ...status, conditions: undefined } };
}
