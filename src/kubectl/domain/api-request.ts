import { badRequest, SallyportError } from '../../core/errors/sallyport-error.js';
import type { QueryParameter } from '../../core/forwarding.js';
import { problemOfTarget } from '../../platform/http/domain/canonical-path.js';
import type { KubeVerb } from './forward/forwarded.js';
import type { ApiRequest, ApiResourceRequest } from './facade.js';
import { readListOptions } from './list-options.js';
import { canonicalQuery } from './query.js';

export interface ParsedApiRequest {
  readonly api: ApiRequest;
  /** Segments of the path, decoded. */
  readonly path: readonly string[];
  readonly query: readonly QueryParameter[];
}

type MethodVerb = Exclude<KubeVerb, 'list' | 'watch' | 'deletecollection'>;

interface VersionedPath {
  readonly group: string;
  readonly version: string;
  /** Segments after the version: at least one. */
  readonly rest: readonly string[];
}

interface ObjectPath {
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
}

const VERBS: ReadonlyMap<string, MethodVerb> = new Map([
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
/** Old spellings of Kubernetes, in which the path names the verb; with the alternative. */
const VERBS_OF_PATHS: ReadonlyMap<string, string> = new Map([
  ['watch', 'use ?watch=true on the list'],
  ['proxy', "use the cluster's own credentials"],
]);
const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize'];

/**
 * Parses a request as the API server would; `target` is the request target after the façade's own
 * prefix, with its query. Throws BadRequest if it has a second reading, MethodNotAllowed, and
 * Forbidden for paths that hide their verb.
 * https://pkg.go.dev/k8s.io/apiserver/pkg/endpoints/request#RequestInfoFactory.NewRequestInfo
 */
export function parseApiRequest(method: string, target: string): ParsedApiRequest {
  const verb = VERBS.get(method);
  if (verb === undefined) throw methodNotAllowed();
  const absolute = target === '' || target.startsWith('?') ? `/${target}` : target;
  const problem = problemOfTarget(absolute);
  if (problem !== undefined) throw badRequest(problem);
  const [rawPath, rawQuery] = divided(absolute);
  const path = rawPath.split('/').filter(Boolean).map(decodeURIComponent);
  const query = canonicalQuery(rawQuery);
  const versioned = versionedPath(path);
  if (versioned === undefined) return { api: { kind: 'path', path }, path, query };
  refuseVerbsOfPaths(versioned.rest[0]);
  const api = resourceRequest(verb, versioned, query);
  // Allowed below a subresource, as for a server behind `proxy`, which interprets the slash itself.
  if (rawPath.endsWith('/') && api.subresource === '') {
    throw badRequest('the path has an empty segment');
  }
  return { api, path, query };
}

function methodNotAllowed(): SallyportError {
  const allow = [...VERBS.keys()].join(', ');
  return new SallyportError('MethodNotAllowed', `this path takes ${allow}`, { headers: { allow } });
}

function divided(target: string): readonly [path: string, query: string] {
  const end = target.indexOf('?');
  return end < 0 ? [target, ''] : [target.slice(0, end), target.slice(end + 1)];
}

/** Splits a path; undefined for paths that name no resource. */
function versionedPath(path: readonly string[]): VersionedPath | undefined {
  const [prefix, first = '', second = ''] = path;
  if (prefix === 'api' && path.length >= 3) {
    return { group: '', version: first, rest: path.slice(2) };
  }
  if (prefix === 'apis' && path.length >= 4) {
    return { group: first, version: second, rest: path.slice(3) };
  }
  return undefined;
}

function refuseVerbsOfPaths(first = ''): void {
  const remedy = VERBS_OF_PATHS.get(first);
  if (remedy === undefined) return;
  const refused = `paths below ${first}/ are never passed through the gateway`;
  throw new SallyportError('Forbidden', `${refused}: ${remedy}`);
}

function resourceRequest(
  methodVerb: MethodVerb,
  { group, version, rest }: VersionedPath,
  query: readonly QueryParameter[],
): ApiResourceRequest {
  const object = objectPath(rest);
  const { verb, name } = onCollection(methodVerb, object.name, query);
  return { kind: 'resource', verb, group, version, ...object, name };
}

function objectPath(rest: readonly string[]): ObjectPath {
  const [first = '', second = '', third] = rest;
  const namespace = first === 'namespaces' ? second : '';
  const isInNamespace =
    namespace !== '' && third !== undefined && !NAMESPACE_SUBRESOURCES.includes(third);
  const parts = isInNamespace ? rest.slice(2) : rest;
  const [resource = '', name = '', ...subresource] = parts;
  return { namespace, resource, name, subresource: subresource.join('/') };
}

/** Returns the verb: without a name, a get is a list or a watch, a delete a deletecollection. */
function onCollection(
  verb: MethodVerb,
  name: string,
  query: readonly QueryParameter[],
): { readonly verb: KubeVerb; readonly name: string } {
  if (name !== '') return { verb, name };
  // A selector names nothing here: Kubernetes checks the right to the whole collection.
  if (verb === 'delete') return { verb: 'deletecollection', name };
  if (verb !== 'get') return { verb, name };
  const options = readListOptions(query);
  return { verb: options.watch ? 'watch' : 'list', name: options.name };
}
