import type { AccessService } from '../../access/access.service.js';
import { listRights } from '../../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import type { CallContext } from '../../core/call-context.js';
import { childContext } from '../../core/child-context.js';
import type { Page } from '../../core/page.js';
import type { NamespacesService } from '../../namespaces/namespaces.service.js';
import type { UpstreamLists } from './upstream-lists.js';
import { pageOf, shownPage } from './cached-lists.js';
import type { CachePage } from '../domain/cache/namespace-view.js';
import type { SecretCache } from '../domain/cache/secret-cache.js';
import { parseFieldSelector } from '../domain/field-selector.js';
import { parseLabelSelector } from '../domain/label-selector.js';
import type { Representation } from '../domain/representation.js';
import type { Plane } from '../domain/secret.store.js';
import {
  type ListRequest,
  type Listed,
  type Position,
  encodePosition,
  positionOf,
  predecessor,
  startOf,
} from './list-page.js';
import { granted, planeOf } from '../read/plane-for.js';
import type { RepresentationRenderer } from '../read/representation-renderer.js';

/** Page that the caller may see, and the identity for the cluster's request. */
interface Part {
  readonly from: Position;
  readonly as: Plane;
  readonly request: ListRequest;
  /** Reason of the caller's right. */
  readonly reason?: string;
}

/** Lists of metadata, by namespace and name: from the cache, else as the caller or the broker. */
export class SecretLists {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #namespaces: NamespacesService;
  readonly #cache: Pick<SecretCache, 'view'>;
  readonly #states: RepresentationRenderer;
  readonly #asked: UpstreamLists;

  constructor(parts: {
    readonly calls: CallRunner;
    readonly access: AccessService;
    readonly served: ServedNamespaces;
    readonly namespaces: NamespacesService;
    readonly cache: Pick<SecretCache, 'view'>;
    readonly states: RepresentationRenderer;
    readonly asked: UpstreamLists;
  }) {
    this.#calls = parts.calls;
    this.#access = parts.access;
    this.#served = parts.served;
    this.#namespaces = parts.namespaces;
    this.#cache = parts.cache;
    this.#states = parts.states;
    this.#asked = parts.asked;
  }

  /** Lists one namespace; Forbidden if the caller may not list. */
  async inNamespace<T>(
    ctx: CallContext,
    namespace: string,
    request: ListRequest,
    representation: Representation<T>,
  ): Promise<Page<Listed<T>>> {
    const { fields, freshness } = checkSelectors(request);
    const start = positionOf(request.cursor);
    const facts = { action: 'secrets.list', namespace } as const;
    return this.#calls.read(ctx, facts, async (trace) => {
      const gatekeepers = { access: this.#access, served: this.#served };
      const rights = listRights(namespace, fields?.name);
      const grant = await granted(gatekeepers, ctx, trace, rights);
      const as = planeOf(this.#served, trace, grant);
      const from = start?.namespace === namespace ? start : startOf(namespace);
      const part = { from, as, request: { ...request, ...freshness }, reason: grant.reason };
      const page = await this.#page(ctx, trace, part, representation);
      return fields?.allowsNamespace(namespace) === false ? { items: [] } : page;
    });
  }

  /** Lists all namespaces in which the caller may list; one event each, under one request event. */
  union<T>(
    ctx: CallContext,
    request: ListRequest & { readonly namespaces?: readonly string[] | undefined },
    representation: Representation<T>,
  ): Promise<Page<Listed<T>>> {
    const { fields, freshness } = checkSelectors(request);
    const start = positionOf(request.cursor);
    const narrowed = narrowing(
      request.namespaces,
      (name) => fields?.allowsNamespace(name) !== false,
    );
    return this.#calls.read(ctx, { action: 'secrets.list' }, async (trace) => {
      trace.plane = 'self';
      const items: Listed<T>[] = [];
      let listed = 0;
      // Names are not empty, so the position before a namespace is its own name cut short.
      const before = start === undefined ? '' : predecessor(start.namespace);
      const visible = this.#namespaces.visible(ctx, trace, before, narrowed.names);
      for await (const { name, as } of visible) {
        if (!narrowed.allows(name)) continue;
        const from = start?.namespace === name ? start : startOf(name);
        if (items.length >= request.limit || !isPaidFor(ctx, (listed += 1))) {
          return { items, continue: encodePosition(from) };
        }
        const rest = { ...request, ...freshness, limit: request.limit - items.length };
        const page = await this.#part(ctx, { from, as, request: rest }, representation);
        items.push(...page.items);
        if (page.continue !== undefined) return { items, continue: page.continue };
      }
      return { items };
    });
  }

  #part<T>(
    ctx: CallContext,
    part: Part,
    representation: Representation<T>,
  ): Promise<Page<Listed<T>>> {
    const child = childContext(ctx);
    const facts = { action: 'secrets.list', namespace: part.from.namespace } as const;
    return this.#calls.read(child, facts, async (trace) => {
      const { remainingItemCount, ...page } = await this.#page(child, trace, part, representation);
      return page;
    });
  }

  async #page<T>(
    ctx: CallContext,
    trace: CallTrace,
    part: Part,
    representation: Representation<T>,
  ): Promise<Page<Listed<T>>> {
    const { from, as, request, reason } = part;
    const cached = await this.#cached(ctx, part);
    if (cached !== undefined) {
      trace.plane = 'broker';
      trace.decisionReason = reason;
      return shownPage(this.#states, cached, representation);
    }
    const call = { ctx, as, trace };
    return this.#asked.page(call, from, request, representation);
  }

  /** Returns a cached page; undefined if a page of the cluster continues there. */
  #cached(
    ctx: CallContext,
    { from, request }: Part,
  ): CachePage | undefined | Promise<CachePage | undefined> {
    if (request.consistency === 'strong' || from.upstream !== undefined) return undefined;
    const view = this.#cache.view(from.namespace);
    if (view instanceof Promise) {
      return view.then((late) => late && pageOf(late, ctx, from, request));
    }
    return view && pageOf(view, ctx, from, request);
  }
}

/** Leaves the selection to the cluster if labels are too many to check here. */
function checkSelectors({ labelSelector = '', fieldSelector, consistency }: ListRequest) {
  const { isSimple } = parseLabelSelector(labelSelector);
  const fields = fieldSelector === undefined ? undefined : parseFieldSelector(fieldSelector);
  return { fields, freshness: { consistency: isSimple ? consistency : ('strong' as const) } };
}

/**
 * Reports whether the caller's rate limit allows listing one more namespace. A page ends before the
 * first namespace beyond the limit, so that a client that follows it makes progress however many
 * there are.
 */
function isPaidFor(ctx: CallContext, listed: number): boolean {
  if (listed === 1) return true;
  try {
    ctx.charge?.(1);
    return true;
  } catch {
    return false;
  }
}

function narrowing(names: readonly string[] | undefined, allows: (namespace: string) => boolean) {
  return { names: names === undefined ? undefined : new Set(names), allows };
}
