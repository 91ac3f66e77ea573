import { trimCharacters } from '../model/trim-characters.js';
import { fieldTerms, nameIn } from '../selectors/field-terms.js';
import { isTrue } from '../verbs/query-values.js';

/** What a URL and a method ask for, as `k8s.io/apiserver/pkg/endpoints/request` reads them. */
export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** Whether the resource stands behind a namespace: `namespaces/NAMESPACE/RESOURCE`. */
  readonly isInNamespace: boolean;
  readonly resource: string;
  readonly subresource: string;
  /** From the path, or the one name that the field selector of a list asks for. */
  readonly name: string;
  /** Whether the name stands in the path. */
  readonly isNamed: boolean;
  /** Path segments behind the subresource: none of the served ones has any. */
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

/** Subresources of namespaces, which would else read as resources inside of one. */
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

/** A list of one name is authorised by that name. */
function nameSelected(query: URLSearchParams): string {
  try {
    const name = nameIn(fieldTerms(query.get('fieldSelector') ?? '')) ?? '';
    return nameProblem(name) === undefined ? name : '';
  } catch {
    // The list itself is refused for its selector.
    return '';
  }
}

/** Why a name cannot stand in a path; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`;
  const found = ['/', '%'].filter((character) => name.includes(character));
  if (found.length === 0) return undefined;
  return found.map((character) => `may not contain '${character}'`).join(';');
}
