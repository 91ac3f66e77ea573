import { badRequest, expired } from '../model/api-status.js';
import type { JsonObject } from '../model/kube-object.js';
import { storageKey } from '../model/resource-definition.js';
import { countAt, rowsAt } from '../store/list-at.js';
import type { ListRange, StoredText } from '../store/object-store.js';
import { parseObject } from '../store/object-text.js';
import type { ListResult } from './api-result.js';
import { type ContinueToken, encodeContinue, parseContinue } from './continue-token.js';
import { type ListOptions, listOptions } from './list-options.js';
import { type ListPage, takePage } from './list-page.js';
import { listRevision, refuseFuture } from './resource-version.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import { servedItems } from './served-text.js';

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start ' +
  'a new list without the continue parameter, or use the continue token in this response to ' +
  'retrieve the remainder of the results. Continuing with the provided token results in an ' +
  'inconsistent list - objects that were created, modified, or deleted between the time the first ' +
  'chunk was returned and now may show up in the list.';

/** Parameters of reading a list. */
interface Reading {
  readonly range: ListRange;
  readonly revision: number;
  readonly selects: ((stored: StoredText) => boolean) | undefined;
}

/**
 * Lists the objects of one or all namespaces in order of paths, filtered by selectors, in pages of
 * `limit`. Later pages have the revision of the first page. Throws 400, 410, 413, 422, 504.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function list(parts: ApiParts, request: ResourceRequest): ListResult {
  const { definition, query } = request;
  const options = listOptions(request);
  const namespace = namespaceOf(request);
  const token = tokenOf(options, namespace);
  const reading: Reading = {
    range: { resource: storageKey(definition), namespace, ...afterOf(token) },
    revision: revisionOf(parts, query, token, namespace),
    selects: textFilter(options),
  };
  const page = takePage(rowsAt(parts.store, reading.range, reading.revision), {
    selects: reading.selects,
    itemsMax: itemsMaxOf(options),
    isPaged: options.limit > 0,
  });
  const listMeta = listMetaOf(parts, reading, page);
  return { kind: 'list', items: servedItems(page.items, definition), listMeta };
}

function listMetaOf({ store }: ApiParts, reading: Reading, page: ListPage): JsonObject {
  const { range, revision, selects } = reading;
  const meta = { resourceVersion: String(revision) };
  const last = page.items.at(-1);
  if (!page.isCut || last === undefined) return meta;
  const next = encodeContinue({ revision, after: last.path }, range.namespace);
  // With a selector the number of remaining items is unknown, as in the API server.
  if (selects) return { ...meta, continue: next };
  const remainingItemCount = countAt(store, { ...range, after: last.path }, revision);
  return { ...meta, continue: next, remainingItemCount };
}

function namespaceOf({ definition, namespace }: ResourceRequest): string {
  return definition.isNamespaced ? namespace : '';
}

function textFilter({ selects }: ListOptions): ((stored: StoredText) => boolean) | undefined {
  return selects && (({ text }) => selects(parseObject(text)));
}

/** A list with resourceVersion 0 has no pages, as from the API server's watch cache. */
function itemsMaxOf({ limit, resourceVersion }: ListOptions): number {
  return limit > 0 && resourceVersion !== '0' ? limit : Infinity;
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

/** Returns the revision of the list; throws 410 if a token's revision is no longer stored. */
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
