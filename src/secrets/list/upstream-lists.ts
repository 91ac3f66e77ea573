import { showsSecret } from '../../access/domain/scope-refusal.js';
import { forEachInBatches } from '../../core/for-each-in-batches.js';
import { limits } from '../../core/limits.js';
import type { Page } from '../../core/page.js';
import { parseFieldSelector } from '../domain/field-selector.js';
import type { Representation } from '../domain/representation.js';
import type { SecretHistory } from '../domain/secret-history.js';
import type { StoredSecret } from '../domain/secret.js';
import type { SecretPage, SecretStore, StoreCall } from '../domain/secret.store.js';
import {
  type ListRequest,
  type Listed,
  ListedAt,
  type Position,
  encodePosition,
  startOf,
} from './list-page.js';

type Found = Page<ListedAt<StoredSecret>>;

/** Pages of a namespace as listed by the cluster. */
export class UpstreamLists {
  readonly #store: Pick<SecretStore, 'list'>;
  readonly #history: Pick<SecretHistory, 'describe'>;

  constructor(parts: {
    readonly store: Pick<SecretStore, 'list'>;
    readonly history: Pick<SecretHistory, 'describe'>;
  }) {
    this.#store = parts.store;
    this.#history = parts.history;
  }

  /** Returns the page from a position on; throws as the store does. */
  async page<T>(
    call: StoreCall,
    from: Position,
    request: ListRequest,
    representation: Representation<T>,
  ): Promise<Page<Listed<T>>> {
    const { items, ...rest } = await this.#found(call, from, request);
    const infos = await this.#history.describe(items.map(({ secret }) => secret));
    const shown: Listed<T>[] = [];
    await forEachInBatches(items, limits.cacheListTurnSecrets, (item, index) => {
      shown.push(item.with(representation.render(item.secret, infos[index])));
    });
    return { items: shown, ...rest };
  }

  async #found(call: StoreCall, from: Position, request: ListRequest): Promise<Found> {
    const { namespace, upstream, after } = from;
    const isNarrowed = call.ctx.principal.scope?.secrets !== undefined;
    const isOfAnother = upstream === undefined && after !== '';
    if (isNarrowed || isOfAnother) return this.#foundBehind(call, from, request, isNarrowed);
    const options = listOptions(request, request.limit, from);
    return pageOf(namespace, from, await this.#store.list(call, namespace, options));
  }

  /**
   * Reads from the start. A list that did not come from the cluster has no cluster cursor. For a
   * token limited to some names, the cluster's cursor and count would reveal the names between
   * them.
   */
  async #foundBehind(
    call: StoreCall,
    { namespace, after }: Position,
    request: ListRequest,
    isNarrowed: boolean,
  ): Promise<Found> {
    const items: ListedAt<StoredSecret>[] = [];
    let position = startOf(namespace);
    for (;;) {
      const options = listOptions(request, limits.listItemsMax, position);
      const page = await this.#store.list(call, namespace, options);
      for (const secret of page.items) {
        if (secret.name <= after || !showsSecret(call.ctx.principal.scope, secret.name)) continue;
        const last = items.at(-1);
        if (last && items.length >= request.limit) return { items, continue: last.cursor };
        const upstream = isNarrowed ? undefined : position.upstream;
        items.push(new ListedAt(secret, { namespace, upstream, after: secret.name }));
      }
      if (page.continue === undefined) return { items };
      position = { namespace, upstream: page.continue, after: '' };
    }
  }
}

function pageOf(namespace: string, from: Position, page: SecretPage): Found {
  const { continue: next, remainingItemCount } = page;
  const shown = page.items.filter(({ name }) => name > from.after);
  const last = next === undefined ? undefined : { namespace, upstream: next, after: '' };
  const items = shown.map((secret, index) => {
    const place = { namespace, upstream: from.upstream, after: secret.name };
    return new ListedAt(secret, index === shown.length - 1 ? (last ?? place) : place);
  });
  return {
    items,
    ...(last === undefined ? {} : { continue: encodePosition(last) }),
    ...(last === undefined || remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

function listOptions(request: ListRequest, limit: number, from: Position) {
  const { labelSelector } = request;
  const fieldSelector = upstreamFields(request.fieldSelector);
  return {
    limit,
    ...(from.upstream === undefined ? {} : { continue: from.upstream }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** Terms about namespaces select where to list; within a namespace they have no effect. */
function upstreamFields(fieldSelector: string | undefined): string | undefined {
  const rest = fieldSelector && parseFieldSelector(fieldSelector).withoutNamespaces;
  return rest === '' ? undefined : rest;
}
