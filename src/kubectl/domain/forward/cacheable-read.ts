import type { QueryParameter, RawRequest } from '../../../core/forwarding.js';
import { parseFieldSelector } from '../../../secrets/domain/field-selector.js';
import { readLabelSelector } from '../../../secrets/domain/label-selector.js';

/** Minimum version of an answer from a cache; without a version, any answer. */
export interface CacheableRead {
  readonly notOlderThan?: string;
}

export interface CacheableList extends CacheableRead {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Parameters that define a list's content. Others mean another form, or are unknown. */
const listParameters: ReadonlySet<string> = new Set([
  'resourceVersion',
  'resourceVersionMatch',
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'watch',
  'allowWatchBookmarks',
]);

/**
 * Reports whether Kubernetes' rule lets a cache answer a get: the caller names a version, and takes
 * the whole object. Undefined for everything else, which the API server answers or refuses.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#the-resourceversion-parameter
 */
export function cacheableGet({ accept, query }: RawRequest): CacheableRead | undefined {
  const isPlain = query.every(([name]) => name === 'resourceVersion');
  return isPlain && takesWholeObjects(accept) ? versionRule(query) : undefined;
}

/**
 * Reports whether a cache may serve a list. With `resourceVersion=0`, the API server's own cache
 * ignores `limit`. With another version that is not `NotOlderThan`, a `limit` requests exactly this
 * version. `ShouldDelegateList`, `computeListLimit` in apiserver `storage/cacher`
 */
export function cacheableList({ accept, query }: RawRequest): CacheableList | undefined {
  const isPlain = query.every(([name]) => listParameters.has(name));
  if (!isPlain || !takesWholeObjects(accept) || textOf(query, 'continue') !== '') return undefined;
  if (!['', 'NotOlderThan'].includes(textOf(query, 'resourceVersionMatch'))) return undefined;
  const rule = versionRule(query);
  const limit = textOf(query, 'limit');
  const isLimitIgnored = rule?.notOlderThan === undefined && /^\d{1,18}$/.test(limit);
  if (rule === undefined || (limit !== '' && !isLimitIgnored)) return undefined;
  const selectors = selectorsOf(query);
  return selectors && { ...rule, ...selectors };
}

/** Returns the rule; without a version, only the API server knows the most recent state. */
function versionRule(query: readonly QueryParameter[]): CacheableRead | undefined {
  const version = textOf(query, 'resourceVersion');
  if (version === '0') return {};
  return /^[1-9]\d{0,18}$/.test(version) ? { notOlderThan: version } : undefined;
}

/** Returns selectors; undefined if invalid, or too large to check here: the API server does. */
function selectorsOf(
  query: readonly QueryParameter[],
): Pick<CacheableList, 'labelSelector' | 'fieldSelector'> | undefined {
  const labelSelector = textOf(query, 'labelSelector');
  const fieldSelector = textOf(query, 'fieldSelector');
  if (readLabelSelector(labelSelector)?.isSimple !== true) return undefined;
  if (!isFieldSelector(fieldSelector)) return undefined;
  return {
    ...(labelSelector !== '' && { labelSelector }),
    ...(fieldSelector !== '' && { fieldSelector }),
  };
}

function isFieldSelector(text: string): boolean {
  try {
    parseFieldSelector(text);
    return true;
  } catch {
    return false;
  }
}

/** Reports a request for whole objects, not for Tables or metadata by media type parameters. */
function takesWholeObjects(accept: string): boolean {
  return accept.split(',').every((range) => range === 'application/json');
}

/** Returns the text; Kubernetes takes an empty text for an absent one. */
function textOf(query: readonly QueryParameter[], name: string): string {
  return query.find(([key]) => key === name)?.[1] ?? '';
}
