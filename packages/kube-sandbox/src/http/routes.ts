import {
  ApiStatusError,
  badRequest,
  methodNotAllowed as verbNotSupported,
  notFound,
} from '../model/api-status.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { methodNotAllowed, subresourceVerbs } from '../verbs/dispatch.js';
import { refuseUnoffered } from './accept.js';
import { PageNotFound, resourceNotFound } from './not-found.js';
import { nameProblem, type RequestInfo } from './request-info.js';

export interface RoutedRequest {
  readonly method: string;
  readonly accept: string;
  /** Content type without parameters. */
  readonly contentType: string;
}

const methodOf: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};
const ofCollections: readonly string[] = ['list', 'create', 'deletecollection'];
const ofObjects: readonly string[] = ['get', 'update', 'patch', 'delete'];
const patchTypes: readonly string[] = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/**
 * Refuses requests without a route, in the API server's order: 404, 405, 415, 406. Another handler
 * of the API server, with fewer checks, serves custom resources.
 */
export function refuseUnrouted(
  request: RoutedRequest,
  info: RequestInfo,
  definition: ResourceDefinition,
): void {
  if (definition.isCustom) return refuseUnroutedCustom(info, definition);
  const methods = methodsAt(info, definition);
  if (methods.length === 0) throw resourceNotFound();
  if (!methods.includes(request.method)) throw methodNotAllowed();
  if (request.method === 'PATCH' && !patchTypes.includes(request.contentType)) {
    throw new ApiStatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  const isList = info.verb === 'list' || info.verb === 'watch';
  refuseUnoffered(request.accept, undefined, isList);
  refuseBadName(info);
}

/** Returns the methods of a path; empty if the path does not exist. */
function methodsAt(info: RequestInfo, definition: ResourceDefinition): readonly string[] {
  const { subresource, isNamed, rest } = info;
  if (rest.length > 0 || !isInScope(info, definition)) return [];
  const { verbs } = definition;
  if (subresource !== '') {
    const isServed = definition.subresources.some((name) => name === subresource);
    return isServed ? methodsOf(subresourceVerbs[subresource] ?? []) : [];
  }
  if (isNamed) return methodsOf(verbs.filter((verb) => ofObjects.includes(verb)));
  if (definition.isNamespaced && info.namespace === '') {
    return methodsOf(verbs.filter((verb) => verb === 'list'));
  }
  return methodsOf(verbs.filter((verb) => ofCollections.includes(verb)));
}

function methodsOf(verbs: readonly string[]): readonly string[] {
  return verbs.map((verb) => methodOf[verb] ?? '');
}

/**
 * Checks the scope: an object is namespaced or cluster-scoped; only lists span namespaces. A
 * request is authorized for the namespace in its path, so the path of a cluster-scoped object never
 * contains a namespace. The exception is `namespaces/NAME`, the namespace itself.
 */
function isInScope(info: RequestInfo, definition: ResourceDefinition): boolean {
  const { namespace, isInNamespace, isNamed, name, group, resource } = info;
  if (definition.isNamespaced) return namespace !== '' || !isNamed;
  if (isInNamespace) return false;
  const isOwn = group === '' && resource === 'namespaces' && isNamed && namespace === name;
  return namespace === '' || isOwn;
}

function refuseUnroutedCustom(info: RequestInfo, definition: ResourceDefinition): void {
  const { verb, subresource, namespace, name, isNamed } = info;
  const isAcross = verb === 'list' || verb === 'watch';
  const isMisplaced = definition.isNamespaced ? namespace === '' && !isAcross : namespace !== '';
  if (isMisplaced) throw new PageNotFound();
  const isServed = definition.subresources.some((served) => served === subresource);
  if (subresource !== '' && !isServed) throw notFound(definition, name);
  const verbs = subresource === '' ? definition.verbs : (subresourceVerbs[subresource] ?? []);
  if (!verbs.includes(verb)) throw verbNotSupported(definition, verb);
  if ((verb === 'update' || verb === 'patch') && !isNamed)
    throw badRequest('name must be provided');
  refuseBadName(info);
}

function refuseBadName({ name, isNamed, verb }: RequestInfo): void {
  const problem = isNamed && verb !== 'create' ? nameProblem(name) : undefined;
  if (problem === undefined) return;
  throw badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${problem}`);
}
