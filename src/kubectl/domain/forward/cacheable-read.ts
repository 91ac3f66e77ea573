import type { QueryParameter, RawRequest } from '../../../core/forwarding.js';
import { parseFieldSelector } from '../../../secrets/domain/field-selector.js';
import { readLabelSelector } from '../../../secrets/domain/label-selector.js';

/** How new an answer has to be that comes from a cache; whatever it has, where nothing is said. */
export interface CacheableRead {
  readonly notOlderThan?: string;
}

export interface CacheableList extends CacheableRead {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Of a list: all that says what is in it. Others mean a further form, or something unknown. */
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
 * Whether Kubernetes' rule lets a cache answer a get: where the caller names a version, and takes
 * the whole object. Undefined for everything else, which the API server answers, or refuses.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#the-resourceversion-parameter
 */
export function cacheableGet({ accept, query }: RawRequest): CacheableRead | undefined {
  const isPlain = query.every(([name]) => name === 'resourceVersion');
  return isPlain && takesWholeObjects(accept) ? versionRule(query) : undefined;
}

/**
 * The same of a list. With `resourceVersion=0` the API server's own cache ignores `limit`; with
 * another one that is not `NotOlderThan` a `limit` asks for exactly this version.
 * `ShouldDelegateList`, `computeListLimit` in apiserver `storage/cacher`
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

/** Without a version the most recent state is asked for, which only the API server knows. */
function versionRule(query: readonly QueryParameter[]): CacheableRead | undefined {
  const version = textOf(query, 'resourceVersion');
  if (version === '0') return {};
  return /^[1-9]\d{0,18}$/.test(version) ? { notOlderThan: version } : undefined;
}

/** Undefined for those that are none, or too much to look through here: the API server does. */
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

/** Tables and metadata alone are asked for by parameters of the media type. */
function takesWholeObjects(accept: string): boolean {
  return accept.split(',').every((range) => range === 'application/json');
}

/** Kubernetes takes an empty text for an absent one. */
function textOf(query: readonly QueryParameter[], name: string): string {
  return query.find(([key]) => key === name)?.[1] ?? '';
}
