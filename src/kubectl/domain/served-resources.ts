import {
  type ConfiguredResource,
  neverServed,
  neverServedSubresources,
} from '../../core/configured-resource.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { ApiResourceRequest } from './facade.js';
import { refusal } from './kube-status.js';
import { virtualGroup, virtualResources, virtualVersion } from './virtual-resources.js';

/** Route of a request for objects; `forwarded` goes to the API server as the caller. */
export type FacadeRoute = 'secrets' | CustomRoute | 'namespaces' | 'self-review' | 'forwarded';

/** Route of a custom resource: also the prefix of its audit actions. */
export type CustomRoute =
  | 'rotations'
  | 'shares'
  | 'imports'
  | 'schemas'
  | 'environments'
  | 'syncs'
  | 'stores';

/** Custom resources that are in no namespace. */
export const clusterResources: ReadonlySet<string> = new Set(['secretschemas', 'externalstores']);

const customRoutes: ReadonlyMap<string, CustomRoute> = new Map([
  ['secretrotations', 'rotations'],
  ['secretshares', 'shares'],
  ['secretimports', 'imports'],
  ['secretschemas', 'schemas'],
  ['localsecretschemas', 'schemas'],
  ['secretenvironments', 'environments'],
  ['secretsyncs', 'syncs'],
  ['externalstores', 'stores'],
]);

const statusReasons: Readonly<Record<CustomRoute, string>> = {
  rotations: 'the gateway alone writes the status of a rotation',
  shares: 'the gateway alone writes the status of a share',
  imports: 'the gateway alone writes the status of an import',
  schemas: 'the gateway alone writes the status of a schema',
  environments: 'an environment has no status',
  syncs: 'the gateway alone writes the status of a sync',
  stores: 'a store has no status',
};

/**
 * Returns how a request for objects is served; refuses everything that neither this file nor
 * `configured` names. Throws Forbidden with a sentence that says what to do. For resources that the
 * gateway serves itself, throws NotFound and MethodNotAllowed if the API server has no such route.
 */
export function routeOf(
  api: ApiResourceRequest,
  configured: readonly ConfiguredResource[],
): FacadeRoute {
  refuseAlways(api);
  const route = routeOfOwn(api);
  if (route !== undefined) return route;
  if (configured.some((resource) => isSame(resource, api))) return 'forwarded';
  const what = nameOf(api);
  throw refusal(
    api,
    "this gateway serves Secrets: use the cluster's own credentials " +
      `for ${what}, or ask its operator to add them to kubectl.resources`,
  );
}

function refuseAlways(api: ApiResourceRequest): void {
  const { resource, subresource } = api;
  const [first = ''] = subresource.split('/', 1);
  const isWild = resource === '*' || subresource === '*';
  const isOfOthers = neverServed.some((name) => name.startsWith(`${resource}.`));
  if (!isWild && !neverServedSubresources.includes(first) && !isOfOthers) return;
  throw refusal(
    api,
    `${nameOf(api)} is never passed through the gateway: use the cluster's own credentials`,
  );
}

function isSame(resource: ConfiguredResource, api: ApiResourceRequest): boolean {
  return (
    resource.group === api.group &&
    resource.resource === api.resource &&
    resource.subresource === api.subresource
  );
}

/** Returns the route of resources that the gateway always serves itself; undefined for others. */
function routeOfOwn(api: ApiResourceRequest): FacadeRoute | undefined {
  switch (`${api.group}/${api.resource}`) {
    case '/secrets':
      return secretsRoute(api);
    case '/namespaces':
      return namespacesRoute(api);
    case 'authorization.k8s.io/selfsubjectaccessreviews':
    case 'authorization.k8s.io/selfsubjectrulesreviews':
    case 'authentication.k8s.io/selfsubjectreviews':
      return selfReviewRoute(api);
    default:
      return api.group === virtualGroup ? ownGroupRoute(api) : undefined;
  }
}

function secretsRoute(api: ApiResourceRequest): FacadeRoute {
  requireVersion(api, 'v1');
  if (api.subresource !== '') throw refusal(api, 'Secrets have no subresources');
  requireNamespacedRoute(api);
  return 'secrets';
}

function namespacesRoute(api: ApiResourceRequest): FacadeRoute {
  requireVersion(api, 'v1');
  const { verb, subresource, namespace, name } = api;
  const isRead = verb === 'get' || verb === 'list' || verb === 'watch';
  if (!isRead || subresource !== '') {
    throw refusal(api, 'namespaces are made and changed at the cluster itself');
  }
  // Namespaces are not nested, and a right in the other namespace would open it.
  if (namespace !== (verb === 'get' ? name : '')) throw notFound();
  return 'namespaces';
}

function selfReviewRoute(api: ApiResourceRequest): FacadeRoute {
  requireVersion(api, 'v1');
  if (api.namespace !== '' || api.name !== '' || api.subresource !== '') throw notFound();
  if (api.verb !== 'create') throw methodNotAllowed('POST');
  return 'self-review';
}

function ownGroupRoute(api: ApiResourceRequest): FacadeRoute {
  const { verb, resource, subresource } = api;
  const custom = customRoutes.get(resource);
  if (custom !== undefined && (subresource === '' || subresource === 'status')) {
    requireVersion(api, virtualVersion);
    if (subresource === 'status' && verb !== 'get') throw refusal(api, statusReasons[custom]);
    if (clusterResources.has(resource)) requireClusterRoute(api);
    else requireNamespacedRoute(api);
    return custom;
  }
  if (custom === undefined && !virtualResources.some((virtual) => virtual.resource === resource)) {
    throw notFound();
  }
  throw refusal(api, `${nameOf(api)} name rights and are served over /v1 and /graphql`);
}

function requireVersion(api: ApiResourceRequest, version: string): void {
  if (api.version !== version) throw notFound();
}

/** Requires a namespace for objects; only lists and watches may span all of them. */
function requireNamespacedRoute({ verb, namespace, name }: ApiResourceRequest): void {
  if (verb === 'list' || verb === 'watch') return;
  const isNamed = name !== '';
  const isOfCollection = verb === 'create' || verb === 'deletecollection';
  if (namespace === '') throw isNamed ? notFound() : methodNotAllowed('GET, HEAD');
  if (isNamed !== isOfCollection) return;
  throw methodNotAllowed(isNamed ? 'GET, HEAD, PUT, PATCH, DELETE' : 'GET, HEAD, POST, DELETE');
}

/** Requires that a path names no namespace: the object is in none. */
function requireClusterRoute({ verb, namespace, name }: ApiResourceRequest): void {
  if (namespace !== '') throw notFound();
  const isOfCollection = ['create', 'deletecollection', 'list', 'watch'].includes(verb);
  const isNamedWatch = verb === 'watch' || verb === 'list';
  if ((name !== '') !== isOfCollection || isNamedWatch) return;
  const allow = name === '' ? 'GET, HEAD, POST, DELETE' : 'GET, HEAD, PUT, PATCH, DELETE';
  throw methodNotAllowed(allow);
}

function nameOf({ group, resource, subresource }: ApiResourceRequest): string {
  const qualified = group === '' ? resource : `${resource}.${group}`;
  return subresource === '' ? qualified : `${qualified}/${subresource}`;
}

/** Returns the error in the words of the API server. */
function notFound(): SallyportError {
  return new SallyportError('NotFound', 'the server could not find the requested resource');
}

function methodNotAllowed(allow: string): SallyportError {
  const message = 'the server does not allow this method on the requested resource';
  return new SallyportError('MethodNotAllowed', message, { headers: { allow } });
}
