import type { AuditAction } from '../../src/audit/domain/audit-event.js';
import type { ConfiguredResource } from '../../src/core/configured-resource.js';
import { parseApiRequest } from '../../src/kubectl/domain/api-request.js';
import { routeOf } from '../../src/kubectl/domain/served-resources.js';
import type { Call } from '../support/raw-http.js';
import type { ScopeCase } from './scope-expectations.js';

/** As an APIResourceList names it. */
interface DiscoveredResource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly namespaced: boolean;
}

interface GroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly versions: readonly { readonly version: string }[];
  }[];
}

interface ResourceList {
  readonly resources: readonly Pick<DiscoveredResource, 'name' | 'namespaced'>[];
}

/** A request of one verb for one resource, and what it is called in the table. */
export interface FacadeCall {
  readonly name: string;
  readonly call: Call;
}

/** What `kubectl.resources` lets through here. */
export const configured: ConfiguredResource = {
  ...{ group: '', resource: 'configmaps', subresource: '' },
};

const methods = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
} as const;
type Verb = keyof typeof methods;
const verbs = Object.keys(methods) as readonly Verb[];
const ofCollections: readonly Verb[] = ['list', 'watch', 'create', 'deletecollection'];

/** What is asked by each review about oneself. */
const reviewSpecs: Readonly<Record<string, object>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': {
    resourceAttributes: { verb: 'get', resource: 'secrets', namespace: 'pay', name: 'db' },
  },
  'selfsubjectrulesreviews.authorization.k8s.io': { namespace: 'pay' },
  'selfsubjectreviews.authentication.k8s.io': {},
};
const values = ['secrets.get', 'secrets.reveal'] as const;

/** Cases of a custom resource: writes act later, so that no scope may do more than delete. */
function customCases(
  resource: string,
  read: AuditAction,
  write: AuditAction,
): Readonly<Record<string, ScopeCase>> {
  const all = `${resource}.sallyport.dev`;
  const writing: ScopeCase = { reach: 'rotation', actions: [write] };
  return {
    [`get ${all}`]: { reach: 'secret', actions: [read] },
    [`get ${resource}/status.sallyport.dev`]: { reach: 'secret', actions: [read] },
    [`list ${all}`]: { reach: 'namespace', actions: [read] },
    [`list ${all} everywhere`]: { reach: 'everything', actions: [read] },
    [`watch ${all}`]: { reach: 'namespace', actions: [read] },
    [`watch ${all} everywhere`]: { reach: 'everything', actions: [read] },
    [`create ${all}`]: writing,
    [`update ${all}`]: writing,
    [`patch ${all}`]: writing,
    [`delete ${all}`]: { reach: 'secret', actions: [write] },
    [`deletecollection ${all}`]: { reach: 'namespace', actions: [write] },
  };
}

/** Environments give nobody a right, so that a token with a scope may write them. */
function environmentCases(): Readonly<Record<string, ScopeCase>> {
  const all = customCases('secretenvironments', 'environments.get', 'environments.update');
  const { 'get secretenvironments/status.sallyport.dev': _none, ...cases } = all;
  return Object.fromEntries(
    Object.entries(cases).map(([name, given]) => [
      name,
      given.reach === 'rotation' ? { ...given, reach: 'secret' } : given,
    ]),
  );
}

/** A schema of a namespace concerns all of its Secrets: a scope of Secrets opens none. */
function localSchemaCases(): Readonly<Record<string, ScopeCase>> {
  const cases = customCases('localsecretschemas', 'schemas.get', 'schemas.update');
  return Object.fromEntries(
    Object.entries(cases).map(([name, given]) => [
      name,
      given.reach === 'everything' ? given : { ...given, reach: 'namespace' },
    ]),
  );
}

/** Cases of a custom resource that is in no namespace. */
function clusterCases(
  resource: string,
  read: AuditAction,
  write: AuditAction,
): Readonly<Record<string, ScopeCase>> {
  const all = `${resource}.sallyport.dev`;
  const reading: ScopeCase = { reach: 'everything', actions: [read] };
  const writing: ScopeCase = { reach: 'everything', actions: [write] };
  return {
    [`get ${all}`]: reading,
    [`list ${all}`]: reading,
    [`watch ${all}`]: reading,
    [`create ${all}`]: writing,
    [`update ${all}`]: writing,
    [`patch ${all}`]: writing,
    [`delete ${all}`]: writing,
    [`deletecollection ${all}`]: writing,
  };
}

/** A store decides where the values of its syncs go, so that no scope may write or delete one. */
function storeCases(): Readonly<Record<string, ScopeCase>> {
  const cases = clusterCases('externalstores', 'stores.get', 'stores.update');
  return Object.fromEntries(
    Object.entries(cases).map(([name, given]) => [
      name,
      given.actions.includes('stores.update') ? { ...given, reach: 'rotation' } : given,
    ]),
  );
}

/** By verb and resource; `everywhere` names no namespace. */
export const facadeCases: Readonly<Record<string, ScopeCase>> = {
  'get secrets': { reach: 'secret', actions: values },
  'list secrets': { reach: 'listOfNamespace', actions: ['secrets.list'] },
  'list secrets everywhere': { reach: 'list', actions: ['secrets.list'] },
  'watch secrets': { reach: 'listOfNamespace', actions: ['secrets.watch'] },
  'watch secrets everywhere': { reach: 'list', actions: ['secrets.watch'] },
  'create secrets': { reach: 'secret', actions: ['secrets.create'] },
  'update secrets': { reach: 'secret', actions: ['secrets.update'] },
  'patch secrets': { reach: 'secret', actions: ['secrets.patch'] },
  'delete secrets': { reach: 'secret', actions: ['secrets.delete'] },
  'deletecollection secrets': { reach: 'namespace', actions: ['secrets.delete'] },

  'get namespaces': { reach: 'oneNamespace', actions: ['namespaces.list'] },
  'list namespaces': { reach: 'namespaces', actions: ['namespaces.list'] },
  'watch namespaces': { reach: 'namespaces', actions: ['namespaces.list'] },

  ...customCases('secretrotations', 'rotations.get', 'rotations.update'),
  ...customCases('secretshares', 'shares.get', 'shares.update'),
  ...customCases('secretimports', 'imports.get', 'imports.update'),
  ...customCases('secretsyncs', 'syncs.get', 'syncs.update'),
  ...storeCases(),
  ...clusterCases('secretschemas', 'schemas.get', 'schemas.update'),
  'get secretschemas/status.sallyport.dev': { reach: 'everything', actions: ['schemas.get'] },
  ...localSchemaCases(),
  ...environmentCases(),

  ...Object.fromEntries(
    Object.keys(reviewSpecs).map((name): [string, ScopeCase] => {
      return [`create ${name}`, { reach: 'self', actions: ['access.review'] }];
    }),
  ),
  // The gateway knows nothing of what it lets through, but where it is.
  ...Object.fromEntries(
    verbs.flatMap((verb): readonly [string, ScopeCase][] => {
      const actions = ['kubectl.request'] as const;
      return [
        [`${verb} configmaps`, { reach: 'namespace', actions }],
        [`${verb} configmaps everywhere`, { reach: 'everything', actions }],
      ];
    }),
  ),
};

/** Every request that the façade has a route for, by its own discovery; `get` reads a path. */
export async function servedCalls(
  get: (path: string) => Promise<unknown>,
): Promise<readonly FacadeCall[]> {
  const { groups } = (await get('/kubernetes/apis')) as GroupList;
  const versions = groups.flatMap(({ name: group, versions: all }) =>
    all.map(({ version }) => ({ group, version, path: `apis/${group}/${version}` })),
  );
  const all = [{ group: '', version: 'v1', path: 'api/v1' }, ...versions];
  const calls = all.map(async ({ path, ...of }) => {
    const { resources } = (await get(`/kubernetes/${path}`)) as ResourceList;
    return resources.flatMap(({ name, namespaced }) => facadeCalls({ ...of, name, namespaced }));
  });
  return (await Promise.all(calls)).flat();
}

/** Every verb on a resource that the façade serves, in a namespace and in none. */
function facadeCalls(resource: DiscoveredResource): readonly FacadeCall[] {
  const places = resource.namespaced ? ['pay', ''] : [''];
  return places.flatMap((place) =>
    verbs.flatMap((verb) => {
      const made = callOf(resource, verb, place);
      return isServed(made.call, verb) ? [made] : [];
    }),
  );
}

/** Whether the running code has a route for it; a subresource has no list. */
function isServed({ method = '', path }: Call, verb: Verb): boolean {
  try {
    const { api } = parseApiRequest(method, path.replace('/kubernetes', ''));
    if (api.kind !== 'resource' || api.verb !== verb) return false;
    return routeOf(api, [configured]) !== undefined;
  } catch {
    return false;
  }
}

function callOf(
  { group, version, name: whole, namespaced }: DiscoveredResource,
  verb: Verb,
  place: string,
): FacadeCall {
  const [resource = '', ...subresource] = whole.split('/');
  const item = resource === 'namespaces' ? 'pay' : 'db';
  const isNamed = !ofCollections.includes(verb) || subresource.length > 0;
  const parts = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(place === '' ? [] : ['namespaces', place]),
    ...[resource, ...(isNamed ? [item] : []), ...subresource],
  ];
  const isRead = methods[verb] === 'GET';
  const review = `${resource}.${group}` in reviewSpecs ? `${resource}.${group}` : undefined;
  const watched = '?watch=true&timeoutSeconds=1';
  const query = verb === 'watch' ? watched : isRead || review !== undefined ? '' : '?dryRun=All';
  const name = `${verb} ${whole}${group === '' ? '' : `.${group}`}`;
  return {
    name: namespaced && place === '' ? `${name} everywhere` : name,
    call: {
      method: methods[verb],
      path: `/kubernetes/${parts.join('/')}${query}`,
      ...bodyOf(verb, review),
    },
  };
}

function bodyOf(verb: Verb, review: string | undefined): Pick<Call, 'headers' | 'body'> {
  const type = verb === 'patch' ? 'application/merge-patch+json' : 'application/json';
  const headers = { 'content-type': type };
  if (review !== undefined) return { headers, body: { spec: reviewSpecs[review] } };
  if (verb === 'create') return { headers, body: { metadata: { name: 'new' } } };
  if (verb === 'update') return { headers, body: { metadata: { name: 'db' } } };
  if (verb === 'patch') return { headers, body: { metadata: { labels: { a: 'b' } } } };
  return {};
}
