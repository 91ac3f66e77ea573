import { del, get, post, scenario, type Scenario } from '../scenario.js';

const rbac = '/apis/rbac.authorization.k8s.io';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const alice = { as: '{ns}-alice' };
const annotation = 'api-approved.kubernetes.io';

/** Lets alice do everything in the namespace of the scenario. */
const everythingInNamespace = post(201, `${rbac}/v1/namespaces/{ns}/rolebindings`, {
  kind: 'RoleBinding',
  apiVersion: 'rbac.authorization.k8s.io/v1',
  metadata: { name: 'alice' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: '{ns}-alice' }],
});

function definition(group: string, plural: string, approval?: string) {
  return {
    kind: 'CustomResourceDefinition',
    apiVersion: 'apiextensions.k8s.io/v1',
    metadata: {
      name: `${plural}.${group}`,
      ...(approval !== undefined && { annotations: { [annotation]: approval } }),
    },
    spec: {
      group,
      scope: 'Cluster',
      names: { plural, kind: 'Space' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  };
}

const approvals = ['', 'yes', 'https:', '/path', 'https://a b', 'https://a:b', 'https://a/%zz'];

export const clusterScopeScenarios: readonly Scenario[] = [
  scenario(
    'what belongs to the cluster is behind no namespace',
    everythingInNamespace,
    get(200, '/api/v1/namespaces/{ns}', alice),
    get(404, '/api/v1/namespaces/{ns}/namespaces', alice),
    get(404, '/api/v1/namespaces/{ns}/namespaces?watch=true', alice),
    get(404, '/api/v1/namespaces/{ns}/namespaces/{ns}', alice),
    get(404, '/api/v1/namespaces/{ns}/namespaces/default', alice),
    get(403, '/api/v1/namespaces//namespaces/default', alice),
    del(404, '/api/v1/namespaces/{ns}/namespaces/default', undefined, alice),
    get(404, `${rbac}/v1/namespaces/{ns}/clusterroles`, alice),
    get(404, `${rbac}/v1/namespaces/{ns}/clusterroles/admin`, alice),
  ),
  scenario(
    'a custom resource of the cluster may be named namespaces',
    everythingInNamespace,
    post(201, definitions, definition('{ns}.example.com', 'namespaces')),
    { ...get(200, '/apis/{ns}.example.com/v1/namespaces', { isOpaque: true }), untilStatus: 200 },
    get(403, '/apis/{ns}.example.com/v1/namespaces', alice),
    get(404, '/apis/{ns}.example.com/v1/namespaces/{ns}', alice),
    get(404, '/apis/{ns}.example.com/v1/namespaces/{ns}/namespaces', alice),
    get(404, '/apis/{ns}.example.com/v1/namespaces/{ns}/namespaces/{ns}', alice),
    del(200, `${definitions}/namespaces.{ns}.example.com`),
  ),
  scenario(
    'a definition in a group of Kubernetes says whether it was approved',
    post(422, definitions, definition('{ns}.k8s.io', 'spaces')),
    post(422, definitions, definition('{ns}.kubernetes.io', 'spaces')),
    ...approvals.map((approval) =>
      post(422, definitions, definition('{ns}.k8s.io', 'spaces', approval)),
    ),
    ...['https://a/b c', 'a://b', 'unapproved, for a test'].map((approval) =>
      post(201, `${definitions}?dryRun=All`, definition('{ns}.k8s.io', 'spaces', approval)),
    ),
  ),
];
