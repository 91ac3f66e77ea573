import { get, post, scenario, type Scenario, type StepOptions } from '../scenario.js';

/** What the sandbox serves; kube-apiserver serves more. */
const served: Readonly<Record<string, readonly string[]>> = {
  '': ['namespaces', 'secrets', 'configmaps', 'serviceaccounts', 'events', 'pods'],
  apps: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  'admissionregistration.k8s.io': [
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
  ],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'coordination.k8s.io': ['leases'],
  'authentication.k8s.io': ['tokenreviews', 'selfsubjectreviews'],
  'authorization.k8s.io': [
    'subjectaccessreviews',
    'selfsubjectaccessreviews',
    'localsubjectaccessreviews',
    'selfsubjectrulesreviews',
  ],
};
const servedSubresources = ['status', 'scale', 'token'];
const groups = Object.keys(served).filter((name) => name !== '');
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Named {
  readonly name: string;
}

interface Aggregated {
  readonly metadata: Partial<Named>;
  readonly versions: readonly {
    readonly resources: readonly {
      readonly resource: string;
      readonly subresources?: readonly { readonly subresource: string }[];
    }[];
  }[];
}

/** Only the resources and subresources that both serve, by name. */
function resourcesOf(group: string): StepOptions {
  const known = served[group] ?? [];
  return {
    view(body) {
      const { resources, ...rest } = body as { readonly resources: readonly Named[] };
      const both = resources.filter(({ name }) => {
        const [resource = '', subresource] = name.split('/');
        const isKnown = subresource === undefined || servedSubresources.includes(subresource);
        return known.includes(resource) && isKnown;
      });
      return { ...rest, resources: both.toSorted(byText(({ name }) => name)) };
    },
  };
}

function servedGroups(body: unknown): unknown {
  const { groups: all, ...rest } = body as { readonly groups: readonly Named[] };
  return { ...rest, groups: all.filter(({ name }) => groups.includes(name)) };
}

function servedItems(body: unknown): unknown {
  const { items, ...rest } = body as { readonly items: readonly Aggregated[] };
  const both = items.flatMap((item) => {
    const known = served[item.metadata.name ?? ''];
    if (known === undefined) return [];
    const versions = item.versions.map((version) => ({
      ...version,
      resources: version.resources
        .filter(({ resource }) => known.includes(resource))
        .map((resource) => withServedSubresources(resource))
        .toSorted(byText(({ resource }) => resource)),
    }));
    return [{ ...item, versions }];
  });
  return { ...rest, items: both };
}

function withServedSubresources(
  resource: Aggregated['versions'][number]['resources'][number],
): typeof resource {
  const { subresources, ...rest } = resource;
  const both = subresources?.filter(({ subresource }) => servedSubresources.includes(subresource));
  return both === undefined || both.length === 0 ? rest : { ...rest, subresources: both };
}

function byText<T>(text: (value: T) => string): (left: T, right: T) => number {
  return (left, right) => (text(left) < text(right) ? -1 : 1);
}

export const discoveryScenarios: readonly Scenario[] = [
  scenario(
    'discovery names what is served',
    get(200, '/api'),
    get(200, '/apis', { view: servedGroups }),
    get(200, '/api/v1', resourcesOf('')),
    ...groups.map((name) => get(200, `/apis/${name}`)),
    ...groups.map((name) => get(200, `/apis/${name}/v1`, resourcesOf(name))),
    get(200, '/api/', { isOpaque: true }),
    get(200, '/api/v1/', { isOpaque: true }),
    get(404, '/api/v2'),
    get(404, '/apis/none'),
    get(404, '/apis/apps/v9'),
    get(404, '/apis/none/v1'),
  ),
  scenario(
    'aggregated discovery is one document for each root',
    get(200, '/api', { headers: { accept: aggregated }, view: servedItems }),
    get(200, '/apis', { headers: { accept: aggregated }, view: servedItems }),
    get(200, '/api', {
      headers: { accept: `${aggregated},application/json;q=0.5` },
      view: servedItems,
    }),
    get(200, '/apis', { headers: { accept: 'application/json' }, view: servedGroups }),
    get(406, '/api', { headers: { accept: 'text/html' } }),
    get(406, '/apis', { headers: { accept: 'text/html' } }),
    get(406, '/version', { headers: { accept: 'application/yaml' } }),
    get(200, '/api', { headers: { accept: 'application/yaml' }, isOpaque: true }),
    get(406, '/apis/apps/v1', { headers: { accept: 'application/*' } }),
    get(200, '/apis/apps', { headers: { accept: 'application/*' } }),
    get(406, '/apis', { headers: { accept: aggregated.replace('v=v2', 'v=v9') } }),
  ),
  scenario(
    'the version is that of the API server',
    get(200, '/version', {
      view: (body) => {
        const { major, minor, gitVersion } = body as Record<string, string>;
        return { major, minor, release: gitVersion?.split('+')[0]?.split('-')[0] };
      },
    }),
    get(200, '/healthz'),
    get(200, '/livez'),
    get(200, '/readyz'),
    get(200, '/livez/ping'),
  ),
  scenario(
    'what does not exist is 404',
    get(404, '/nonsense'),
    get(404, '/api/v1/nonsense'),
    get(404, '/api/v1/namespaces/{ns}/nonsense'),
    get(404, '/api/v1/namespaces/{ns}/nonsense/x'),
    get(404, '/api/v1/namespaces/{ns}/secrets/x/nonsense'),
    get(404, '/api/v1/namespaces/{ns}/secrets/x/status'),
    get(404, '/api/v1/namespaces/{ns}/secrets/x/y/z'),
    get(404, '/apis/apps/v1/nonsense'),
    get(404, '/apis/example.com/v1/widgets'),
    get(404, '/apis/apps/v1beta1/deployments'),
    get(404, '/api/v1/namespaces/{ns}/clusterroles'),
    get(404, '/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/clusterroles/view'),
    get(404, '/api/v1/secrets/x'),
    get(404, '/apis/authorization.k8s.io/v1/localsubjectaccessreviews'),
    get(404, '/livez/nonsense'),
    get(404, '/healthz/'),
    get(404, '/api/v1/namespaces/{ns}/secrets/a%2Fb'),
    get(400, '/api/v1/namespaces/{ns}/secrets/a%25b'),
    get(404, '/nonsense', { headers: { accept: 'application/yaml' } }),
    get(404, '/api/v1/nonsense', { headers: { accept: 'application/yaml' } }),
    post(404, '/nonsense', {}),
    post(404, '/api/v1/nonsense', {}),
  ),
  scenario(
    'a method that a resource does not have is 405',
    ...(['PUT', 'PATCH', 'POST', 'DELETE'] as const).flatMap((method) => [
      { status: 405, method, path: '/api/v1/secrets', body: {} },
      { status: 405, method, path: '/api/v1/pods', body: {} },
    ]),
    { status: 405, method: 'POST', path: '/api/v1/namespaces/{ns}/secrets/one', body: {} },
    { status: 405, method: 'PUT', path: '/api/v1/namespaces/{ns}/secrets', body: {} },
    { status: 405, method: 'DELETE', path: '/api/v1/namespaces' },
    { status: 405, method: 'OPTIONS', path: '/api/v1/namespaces/{ns}/secrets' },
    { status: 405, method: 'TRACE', path: '/api/v1/namespaces/{ns}/secrets' },
    { status: 405, method: 'HEAD', path: '/api/v1/namespaces/{ns}/secrets' },
    { status: 405, method: 'HEAD', path: '/version' },
    { status: 200, method: 'HEAD', path: '/healthz' },
    { status: 404, method: 'HEAD', path: '/nonsense' },
    { status: 405, method: 'GET', path: '/api/v1/namespaces/{ns}/serviceaccounts/x/token' },
    { status: 405, method: 'PUT', path: '/openid/v1/jwks', body: {} },
    { status: 405, method: 'POST', path: '/version', body: {} },
    { status: 405, method: 'POST', path: '/api', body: {} },
    { status: 200, method: 'POST', path: '/healthz', body: {} },
    { status: 405, method: 'DELETE', path: '/apis/apps/v1' },
  ),
];
