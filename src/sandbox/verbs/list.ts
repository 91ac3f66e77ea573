import { badRequest, expired } from '../model/api-status.js';
import { storageKey } from '../model/resource-definition.js';
import { listAt } from '../store/list-at.js';
import type { ListRange, StoredText } from '../store/object-store.js';
import { parseObject } from '../store/object-text.js';
import type { ListResult } from './api-result.js';
import { type ContinueToken, encodeContinue, parseContinue } from './continue-token.js';
import { type ListOptions, listOptions } from './list-options.js';
import { servedItems } from './served-text.js';
import { listRevision, refuseFuture } from './resource-version.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start ' +
  'a new list without the continue parameter, or use the continue token in this response to ' +
  'retrieve the remainder of the results. Continuing with the provided token results in an ' +
  'inconsistent list - objects that were created, modified, or deleted between the time the first ' +
  'chunk was returned and now may show up in the list.';

/**
 * The objects of a namespace or of all, in order of their paths, filtered by selectors and in pages
 * of `limit`. Later pages show the state of the first one.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function list(parts: ApiParts, request: ResourceRequest): ListResult {
  const { store } = parts;
  const { definition, query } = request;
  const namespace = definition.isNamespaced ? request.namespace : '';
  const options = listOptions(request);
  const limit = limitOf(options);
  const token = tokenOf(options, namespace);
  const revision = revisionOf(parts, query, token, namespace);
  const range = { resource: storageKey(definition), namespace, ...afterOf(token) };
  const selects = textFilter(options);
  const isLatest = revision === store.revision;
  const found = selects
    ? (isLatest ? store.list(range) : listAt(store, range, revision)).filter(selects)
    : rows(parts, limit > 0 ? { ...range, limit: limit + 1 } : range, revision);
  const items = limit > 0 ? found.slice(0, limit) : found;
  const isCut = items.length < found.length;
  return { kind: 'list', items: servedItems(items, definition), listMeta: listMetaOf() };

  function listMetaOf() {
    const meta = { resourceVersion: String(revision) };
    const last = items.at(-1);
    if (!isCut || last === undefined) return meta;
    const next = encodeContinue({ revision, after: last.path }, namespace);
    if (selects) return { ...meta, continue: next };
    const left = isLatest
      ? store.count({ ...range, after: last.path })
      : listAt(store, { ...range, after: last.path }, revision).length;
    return { ...meta, continue: next, remainingItemCount: left };
  }
}

/** Every object that a deletecollection or an initial list of a watch is about. */
export function selected(parts: ApiParts, request: ResourceRequest): readonly StoredText[] {
  const namespace = request.definition.isNamespaced ? request.namespace : '';
  const all = parts.store.list({ resource: storageKey(request.definition), namespace });
  const selects = textFilter(listOptions(request));
  return selects ? all.filter(selects) : all;
}

function rows({ store }: ApiParts, range: ListRange, revision: number): readonly StoredText[] {
  return revision === store.revision ? store.list(range) : listAt(store, range, revision);
}

function textFilter({ selects }: ListOptions): ((stored: StoredText) => boolean) | undefined {
  return selects && (({ text }) => selects(parseObject(text)));
}

/** Whoever takes any version is not served in pages, as from the API server's watch cache. */
function limitOf({ limit, resourceVersion }: ListOptions): number {
  return resourceVersion === '0' ? 0 : limit;
}

function tokenOf(options: ListOptions, namespace: string): ContinueToken | undefined {
  const { continueText, resourceVersion } = options;
  const token = parseContinue(continueText, namespace);
  if (token === undefined || resourceVersion === '' || resourceVersion === '0') return token;
  throw badRequest('specifying resource version is not allowed when using continue');
}

function afterOf(token: ContinueToken | undefined): { after?: string } {
  return token === undefined ? {} : { after: token.after };
}

/** At which revision the list is read; throws 410 where a token's is no longer kept. */
function revisionOf(
  { store }: ApiParts,
  query: URLSearchParams,
  token: ContinueToken | undefined,
  namespace: string,
): number {
  if (token?.revision !== undefined) {
    if (token.revision >= store.changes.floor) return Math.min(token.revision, store.revision);
    throw expired(EXPIRED, encodeContinue({ revision: undefined, after: token.after }, namespace));
  }
  const wanted = listRevision(query);
  refuseFuture(wanted, store.revision);
  if (query.get('resourceVersionMatch') !== 'Exact') return store.revision;
  const exact = wanted ?? store.revision;
  if (exact >= store.changes.floor) return exact;
  throw expired('The resourceVersion for the provided list is too old.');
}
