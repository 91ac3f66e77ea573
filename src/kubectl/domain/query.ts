import { badRequest } from '../../core/errors/sallyport-error.js';
import type { QueryParameter } from '../../core/forwarding.js';
import { kubectlLimits } from '../../core/kubectl-limits.js';

type Query = readonly QueryParameter[];

/** Parameters that the API server reads once: it silently takes the first of several values. */
const SINGLE_PARAMETERS: ReadonlySet<string> = new Set([
  'watch',
  'limit',
  'continue',
  'fieldSelector',
  'labelSelector',
  'resourceVersion',
  'resourceVersionMatch',
  'timeoutSeconds',
  'fieldManager',
  'fieldValidation',
  'force',
  'allowWatchBookmarks',
  'sendInitialEvents',
  'includeObject',
  'pretty',
]);

/** All else must be percent-encoded: the API server would read raw octets in another charset. */
const PLAIN = /^[\u0021-\u007e]*$/;

/**
 * Returns the parameters of a query, without its question mark. Throws BadRequest for whatever Go's
 * `url.Values` reads differently, or silently drops, so that the sent query equals the read one.
 * https://pkg.go.dev/net/url#ParseQuery
 */
export function canonicalQuery(rawQuery: string): Query {
  if (rawQuery === '') return [];
  const problem = problemOfQuery(rawQuery);
  if (problem !== undefined) throw badRequest(problem);
  // The first `?` of its argument would be dropped at the start.
  const query = [...new URLSearchParams(`&${rawQuery}`)];
  const countMax = kubectlLimits.kubectlQueryParametersMax;
  if (query.length > countMax) throw badRequest(`the query has more than ${countMax} parameters`);
  const repeated = repeatedName(query);
  if (repeated !== undefined) throw badRequest(`the parameter ${repeated} is given more than once`);
  return query;
}

/** Returns the first value, as Kubernetes does; undefined if there is none. */
export function parameter(query: Query, name: string): string | undefined {
  return query.find(([key]) => key === name)?.[1];
}

/** Returns the query with only this value under the name. */
export function withParameter(query: Query, name: string, value: string): Query {
  return [...withoutParameter(query, name), [name, value]];
}

export function withoutParameter(query: Query, name: string): Query {
  return query.filter(([key]) => key !== name);
}

/**
 * Reports whether a flag is set: absent, `0` and `false` are no, all else is yes, the empty text
 * too. apimachinery `Convert_Slice_string_To_bool`;
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/runtime
 */
export function isTrue(query: Query, name: string): boolean {
  const value = parameter(query, name);
  // With `u`, case folds as in Go's `strings.EqualFold`.
  return value !== undefined && !/^(?:0|false)$/iu.test(value);
}

/** Returns the `timeoutSeconds` of a watch: the client's if it ends sooner, else `secondsMax`. */
export function watchSeconds(query: Query, secondsMax: number): number {
  const value = parameter(query, 'timeoutSeconds') ?? '';
  const seconds = /^\+?\d+$/.test(value) ? Number(value) : 0;
  return seconds > 0 ? Math.min(seconds, secondsMax) : secondsMax;
}

function problemOfQuery(rawQuery: string): string | undefined {
  if (!PLAIN.test(rawQuery)) return 'the query has characters that must be percent-encoded';
  if (rawQuery.includes(';')) return 'a semicolon in the query must be percent-encoded';
  try {
    decodeURIComponent(rawQuery);
    return undefined;
  } catch {
    return 'the query has a malformed percent-encoding';
  }
}

/** Returns the first parameter that is repeated and may not be. */
function repeatedName(query: Query): string | undefined {
  const seen = new Set<string>();
  for (const [name] of query) {
    if (seen.has(name) && SINGLE_PARAMETERS.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
