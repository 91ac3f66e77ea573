import {
  get,
  metadataListType,
  metadataType,
  patch,
  post,
  put,
  scenario,
  tableType,
} from '../scenario.js';
import type { Scenario, Step, StepOptions } from '../scenario.js';
import {
  binding,
  configMap,
  configmaps,
  deployment,
  deployments,
  role,
  secret,
  secrets,
} from './objects.js';

const table: StepOptions = { headers: { accept: tableType } };
const one = `${secrets}/one`;
const core = '/api/v1/namespaces/{ns}';
const apps = '/apis/apps/v1/namespaces/{ns}';
const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}';
const container = { name: 'main', image: 'registry.example/app:1' };

function accepting(status: number, accept: string, path = one): Step {
  return get(status, path, { headers: { accept } });
}

function workload(kind: string, spec: Record<string, unknown>): unknown {
  return { ...deployment('web', spec), kind };
}

const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'app' } };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [container, { ...container, name: 'b' }] },
};
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'l' },
  spec: {
    holderIdentity: 'me',
    leaseDurationSeconds: 15,
    acquireTime: '2026-01-01T00:00:00.000000Z',
  },
};
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e' },
  involvedObject: { kind: 'Secret', name: 'one', namespace: '{ns}' },
  reason: 'Read',
  message: 'someone read it',
  type: 'Normal',
  source: { component: 'tester' },
};

export const representationScenarios: readonly Scenario[] = [
  scenario(
    'Secrets and ConfigMaps come as Tables',
    get(200, secrets, table),
    post(201, secrets, secret('one', { data: { a: '', b: '' } }, { labels: { a: 'b' } })),
    post(201, secrets, secret('two', { type: 'example.com/x' }), table),
    get(200, secrets, table),
    get(200, one, table),
    get(200, `${secrets}?limit=1`, table),
    get(200, `${secrets}?includeObject=None`, table),
    get(200, `${secrets}?includeObject=Object`, table),
    get(200, `${secrets}?includeObject=Metadata`, table),
    get(400, `${secrets}?includeObject=Nonsense`, table),
    get(404, `${secrets}/none`, table),
    put(200, one, secret('one', { data: { a: '' } }), table),
    patch(200, one, { data: { z: '' } }, undefined, table),
    post(201, configmaps, configMap('c', { a: '1' })),
    get(200, configmaps, table),
  ),
  scenario(
    'every kind has columns',
    post(201, `${core}/serviceaccounts`, account),
    get(200, `${core}/serviceaccounts`, table),
    post(201, `${core}/pods`, pod),
    get(200, `${core}/pods`, table),
    post(201, `${core}/events`, event),
    get(200, `${core}/events`, table),
    post(201, `${apps}/deployments`, deployment('web', { replicas: 2 })),
    get(200, `${apps}/deployments`, table),
    post(201, `${apps}/statefulsets`, workload('StatefulSet', { serviceName: 'web' })),
    get(200, `${apps}/statefulsets`, table),
    post(201, `${apps}/daemonsets`, workload('DaemonSet', {})),
    get(200, `${apps}/daemonsets`, table),
    post(201, `${apps}/replicasets`, workload('ReplicaSet', {})),
    get(200, `${apps}/replicasets`, table),
    post(201, `${rbac}/roles`, role('r', [])),
    get(200, `${rbac}/roles`, table),
    post(201, `${rbac}/rolebindings`, binding('b', { kind: 'Role', name: 'r' }, 'someone')),
    get(200, `${rbac}/rolebindings`, table),
    post(201, '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', lease),
    get(200, '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', table),
    get(200, '/api/v1/namespaces/{ns}', table),
    get(200, '/apis/rbac.authorization.k8s.io/v1/clusterroles/view', table),
    get(200, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/cluster-admin', table),
    get(200, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      ...table,
      view: columns,
    }),
    ...[
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
    ].map((kind) =>
      get(200, `/apis/admissionregistration.k8s.io/v1/${kind}`, { ...table, view: columns }),
    ),
  ),
  scenario(
    'objects come as their metadata alone',
    post(201, secrets, secret('one', { data: { a: '' } }, { labels: { a: 'b' } })),
    get(200, one, { headers: { accept: metadataType } }),
    get(200, secrets, { headers: { accept: metadataListType } }),
    get(200, `${secrets}?limit=1`, { headers: { accept: metadataListType } }),
    get(406, secrets, { headers: { accept: metadataType } }),
    get(406, one, { headers: { accept: metadataListType } }),
    patch(200, one, { data: { b: '' } }, undefined, { headers: { accept: metadataType } }),
    post(201, secrets, secret('two'), { headers: { accept: metadataType } }),
    get(404, `${secrets}/none`, { headers: { accept: metadataType } }),
  ),
  scenario(
    'the Accept header chooses the representation',
    post(201, secrets, secret('one', { data: { a: '' } })),
    accepting(200, '*/*'),
    accepting(406, 'application/*'),
    accepting(200, ''),
    accepting(200, 'application/yaml'),
    accepting(200, 'application/yaml', secrets),
    accepting(200, 'text/html, application/json;q=0.9'),
    accepting(200, 'application/json;q=0.1, application/yaml'),
    accepting(200, `${tableType}, application/json`),
    accepting(200, 'application/json;as=Nonsense;v=v1;g=meta.k8s.io, application/json'),
    accepting(406, 'text/html'),
    accepting(406, 'application/xml'),
    accepting(406, 'application/json;as=Nonsense;v=v1;g=meta.k8s.io'),
    accepting(406, 'application/json;as=Table;v=v9;g=meta.k8s.io'),
    accepting(406, 'application/json;as=Table;v=v1;g=other'),
    accepting(406, 'nonsense'),
    accepting(406, 'APPLICATION/JSON'),
    accepting(406, '*'),
    accepting(406, 'application/json;g=meta.k8s.io'),
    accepting(200, 'application/json;q=0'),
    accepting(200, 'application/*, */*'),
    accepting(200, 'application/yaml;as=Table;v=v1;g=meta.k8s.io'),
    accepting(404, tableType, `${secrets}/none`),
    accepting(406, 'text/html', `${secrets}/none`),
    accepting(406, 'text/html', secrets),
    post(406, secrets, secret('two'), { headers: { accept: 'text/html' } }),
    get(404, `${secrets}/two`),
    get(404, `${secrets}/none`, { headers: { accept: 'application/yaml' } }),
    get(200, `${one}?pretty=true`),
    get(200, deployments, table),
  ),
];

function columns(body: unknown): unknown {
  const { kind, columnDefinitions } = body as Record<string, unknown>;
  return { kind, columnDefinitions };
}
