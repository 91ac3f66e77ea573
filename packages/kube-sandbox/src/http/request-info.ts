import { trimCharacters } from '../model/trim-characters.js';
import { fieldTerms, nameIn } from '../selectors/field-terms.js';
import { isTrue } from '../verbs/query-values.js';

/** Content of a URL and a method, as `k8s.io/apiserver/pkg/endpoints/request` reads them. */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Whether the path is `namespaces/NAMESPACE/RESOURCE`. */
  readonly isInNamespace: boolean;
  readonly resource: string;
  readonly subresource: string;
  /** Name in the path, or the single name in the field selector of a list. */
  readonly name: string;
  /** Whether the path contains the name. */
  readonly isNamed: boolean;
  /** Path segments after the subresource; no served subresource has any. */
  readonly rest: readonly string[];
}

const resourceVerbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Subresources of namespaces; without this set they would count as namespaced resources. */
const namespaceSubresources = new Set(['status', 'finalize']);

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = trimCharacters(path, '/').split('/');
  const other: RequestInfo = {
    isResource: false,
    path,
    verb: method.toLowerCase(),
    group: '',
    version: '',
    namespace: '',
    isInNamespace: false,
    resource: '',
    subresource: '',
    name: '',
    isNamed: false,
    rest: [],
  };
  const [root, ...rest] = parts;
  if (root === 'api' && rest.length >= 2) {
    return { ...other, ...resourceOf(method, query, '', rest) };
  }
  if (root === 'apis' && rest.length >= 3) {
    return { ...other, ...resourceOf(method, query, rest[0] ?? '', rest.slice(1)) };
  }
  return other;
}

function resourceOf(
  method: string,
  query: URLSearchParams,
  group: string,
  segments: readonly string[],
): Omit<RequestInfo, 'path'> {
  const [version = '', ...path] = segments;
  const isInNamespace =
    path[0] === 'namespaces' && path.length > 2 && !namespaceSubresources.has(path[2] ?? '');
  const target = isInNamespace ? path.slice(2) : path;
  const [resource = '', name = '', subresource = '', ...rest] = target;
  const namespace = path[0] === 'namespaces' ? (path[1] ?? '') : '';
  const verb = resourceVerbs[method] ?? '';
  const isNamed = name !== '';
  const place = { isResource: true, group, version, namespace, isInNamespace };
  const where = { ...place, resource, subresource };
  if (isNamed) return { ...where, name, isNamed, rest, verb };
  return {
    ...where,
    name: verb === 'get' ? nameSelected(query) : '',
    isNamed,
    rest,
    verb: collectionVerb(verb, query),
  };
}

function collectionVerb(verb: string, query: URLSearchParams): string {
  if (verb === 'delete') return 'deletecollection';
  if (verb !== 'get') return verb;
  return isTrue(query.get('watch')) ? 'watch' : 'list';
}

/** Returns the name for authorization of a list that selects one name. */
function nameSelected(query: URLSearchParams): string {
  try {
    const name = nameIn(fieldTerms(query.get('fieldSelector') ?? '')) ?? '';
    return nameProblem(name) === undefined ? name : '';
  } catch {
    // The list itself refuses the selector later.
    return '';
  }
}

/** Returns why a name cannot be a path segment; undefined if it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const found = ['/', '%'].filter((character) => name.includes(character));
  if (found.length === 0) return undefined;
  return found.map((character) => `may not contain '${character}'`).join(';');
}
