import type { AccessService } from '../access/access.service.js';
import { listRights } from '../access/domain/secret-rights.js';
import { showsSecret } from '../access/domain/scope-refusal.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { childContext } from '../core/child-context.js';
import { limits } from '../core/limits.js';
import { type Page, decodeCursor, encodeCursor } from '../core/page.js';
import type { NamespacesService } from '../namespaces/namespaces.service.js';
import { parseFieldSelector } from './domain/field-selector.js';
import { parseLabelSelector } from './domain/label-selector.js';
import { type MetadataBody, toMetadataBody } from './domain/read-body.js';
import type { SecretHistory } from './domain/secret-history.js';
import type { StoredSecret } from './domain/secret.js';
import type { Plane, SecretPage, SecretStore, StoreCall } from './domain/secret.store.js';
import { planeFor } from './plane-for.js';

export interface ListRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** A list item, and where a list that starts behind it begins. */
export interface Listed {
  readonly secret: MetadataBody;
  readonly cursor: string;
}

/** The same as the cluster has it. */
interface Found {
  readonly secret: StoredSecret;
  readonly cursor: string;
}

/** Where in the order of namespaces and names a page starts. */
interface Position {
  readonly namespace: string;
  /** Kubernetes' own cursor within the namespace. */
  readonly upstream: string | undefined;
  /** Names up to this one were shown. */
  readonly after: string;
}

/** Lists of metadata, by namespace and name: read as the caller, or by the broker for him. */
export class SecretLists {
  readonly #audit: AuditService;
  readonly #access: AccessService;
  readonly #store: SecretStore;
  readonly #served: ServedNamespaces;
  readonly #namespaces: NamespacesService;
  readonly #history: SecretHistory;

  constructor(parts: {
    readonly audit: AuditService;
    readonly access: AccessService;
    readonly store: SecretStore;
    readonly served: ServedNamespaces;
    readonly namespaces: NamespacesService;
    readonly history: SecretHistory;
  }) {
    this.#audit = parts.audit;
    this.#access = parts.access;
    this.#store = parts.store;
    this.#served = parts.served;
    this.#namespaces = parts.namespaces;
    this.#history = parts.history;
  }

  /** One namespace; Forbidden where the caller may not list. */
  async inNamespace(
    ctx: CallContext,
    namespace: string,
    request: ListRequest,
  ): Promise<Page<Listed>> {
    const fields = checkSelectors(request);
    const start = positionOf(request.cursor);
    const facts = { action: 'secrets.list', namespace } as const;
    return this.#audit.read(ctx, facts, async (draft) => {
      const gatekeepers = { access: this.#access, served: this.#served };
      const as = await planeFor(gatekeepers, ctx, draft, listRights(namespace, fields?.name));
      const from = start?.namespace === namespace ? start : startOf(namespace);
      const call = { ctx, as, trace: draft.trace };
      const page = await this.#listed(call, from, request);
      return fields?.allowsNamespace(namespace) === false ? { items: [] } : page;
    });
  }

  /** All namespaces in which the caller may list; one event for each, under one for the request. */
  union(
    ctx: CallContext,
    request: ListRequest & { readonly namespaces?: readonly string[] | undefined },
  ): Promise<Page<Listed>> {
    const fields = checkSelectors(request);
    const start = positionOf(request.cursor);
    const narrowed = narrowing(
      request.namespaces,
      (name) => fields?.allowsNamespace(name) !== false,
    );
    return this.#audit.read(ctx, { action: 'secrets.list' }, async (draft) => {
      draft.trace.plane = 'self';
      const items: Listed[] = [];
      // Names are not empty, so the position before a namespace is its own name cut short.
      const before = start === undefined ? '' : predecessor(start.namespace);
      const visible = this.#namespaces.visible(ctx, draft, before, narrowed.names);
      for await (const { name, as } of visible) {
        if (!narrowed.allows(name)) continue;
        const from = start?.namespace === name ? start : startOf(name);
        if (items.length >= request.limit) {
          return { items, continue: encodePosition(from) };
        }
        const rest = { ...request, limit: request.limit - items.length };
        const page = await this.#part(ctx, { from, as }, rest);
        items.push(...page.items);
        if (page.continue !== undefined) return { items, continue: page.continue };
      }
      return { items };
    });
  }

  #part(
    ctx: CallContext,
    { from, as }: { readonly from: Position; readonly as: Plane },
    request: ListRequest,
  ): Promise<Page<Listed>> {
    const { namespace } = from;
    const part = childContext(ctx);
    const facts = { action: 'secrets.list', namespace } as const;
    return this.#audit.read(part, facts, async (draft) => {
      const call = { ctx: part, as, trace: draft.trace };
      const { remainingItemCount, ...page } = await this.#listed(call, from, request);
      return page;
    });
  }

  async #listed(call: StoreCall, from: Position, request: ListRequest): Promise<Page<Listed>> {
    const { items, ...rest } = await this.#found(call, from, request);
    const infos = await this.#history.describe(items.map(({ secret }) => secret));
    const shown = items.map(({ secret, cursor }, index) => {
      return { secret: toMetadataBody(secret, infos[index]), cursor };
    });
    return { items: shown, ...rest };
  }

  async #found(call: StoreCall, from: Position, request: ListRequest): Promise<Page<Found>> {
    const { namespace } = from;
    const { scope } = call.ctx.principal;
    if (scope?.secrets !== undefined) return this.#foundInScope(call, from, request);
    const options = listOptions(request, request.limit, from);
    return this.#page(namespace, from, await this.#store.list(call, namespace, options));
  }

  /**
   * Only the names that the token is for, from the start each time: Kubernetes' own cursor and
   * count tell of the names between them.
   */
  async #foundInScope(
    call: StoreCall,
    { namespace, after }: Position,
    request: ListRequest,
  ): Promise<Page<Found>> {
    const items: Found[] = [];
    let position = startOf(namespace);
    for (;;) {
      const options = listOptions(request, limits.listItemsMax, position);
      const page = await this.#store.list(call, namespace, options);
      for (const secret of page.items) {
        if (secret.name <= after || !showsSecret(call.ctx.principal.scope, secret.name)) continue;
        const last = items.at(-1);
        if (last && items.length >= request.limit) return { items, continue: last.cursor };
        const place = { namespace, upstream: undefined, after: secret.name };
        items.push({ secret, cursor: encodePosition(place) });
      }
      if (page.continue === undefined) return { items };
      position = { namespace, upstream: page.continue, after: '' };
    }
  }

  #page(namespace: string, from: Position, page: SecretPage): Page<Found> {
    const shown = page.items.filter(({ name }) => name > from.after);
    const next = page.continue;
    const items = shown.map((secret) => ({
      secret,
      cursor: encodePosition({ namespace, upstream: from.upstream, after: secret.name }),
    }));
    if (next === undefined) return { items };
    const cursor = encodePosition({ namespace, upstream: next, after: '' });
    const last = items.at(-1);
    if (last) items[items.length - 1] = { ...last, cursor };
    const { remainingItemCount } = page;
    return {
      items,
      continue: cursor,
      ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
    };
  }
}

function checkSelectors(request: ListRequest) {
  if (request.labelSelector !== undefined) parseLabelSelector(request.labelSelector);
  return request.fieldSelector === undefined
    ? undefined
    : parseFieldSelector(request.fieldSelector);
}

function narrowing(names: readonly string[] | undefined, allows: (namespace: string) => boolean) {
  return { names: names === undefined ? undefined : new Set(names), allows };
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

/** Terms about namespaces choose where to look; within one of them they have nothing to say. */
function upstreamFields(fieldSelector: string | undefined): string | undefined {
  const rest = fieldSelector && parseFieldSelector(fieldSelector).withoutNamespaces;
  return rest === '' ? undefined : rest;
}

function startOf(namespace: string): Position {
  return { namespace, upstream: undefined, after: '' };
}

function positionOf(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const { ns, up, after } = decodeCursor(cursor);
  return { namespace: ns ?? '', upstream: up, after: after ?? '' };
}

function encodePosition({ namespace, upstream, after }: Position): string {
  return encodeCursor({
    ns: namespace,
    ...(upstream === undefined ? {} : { up: upstream }),
    ...(after === '' ? {} : { after }),
  });
}

/** A text that sorts just before the name, and behind every name before it. */
function predecessor(name: string): string {
  return `${name.slice(0, -1)}${String.fromCharCode(name.charCodeAt(name.length - 1) - 1)}\uffff`;
}
