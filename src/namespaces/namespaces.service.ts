import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { showsNamespace } from '../access/domain/scope-refusal.js';
import { listRights } from '../access/domain/secret-rights.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import type { Page } from '../core/page.js';
import { cursorAfterNamespace, namespaceBefore } from './domain/namespace-cursor.js';
import { NamespaceDirectory, type NamespaceInfo } from './domain/namespace-directory.js';

export interface VisibleNamespace extends NamespaceInfo {
  /** Whether the broker works there. */
  readonly served: boolean;
}

/** Namespace whose Secrets the caller may list, and the listing identity. */
export interface ListableNamespace extends NamespaceInfo {
  readonly as: 'caller' | 'broker';
}

/** Namespaces in which a caller may list Secrets or their metadata: the caller sees these. */
@Injectable()
export class NamespacesService {
  readonly #calls: CallRunner;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #directory: NamespaceDirectory;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    directory: NamespaceDirectory,
  ) {
    this.#calls = calls;
    this.#access = access;
    this.#served = served;
    this.#directory = directory;
  }

  /** Lists by name; checks rights again for every page. */
  list(
    ctx: CallContext,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<VisibleNamespace>> {
    const after = namespaceBefore(page.cursor);
    return this.#calls.read(ctx, { action: 'namespaces.list' }, async (trace) => {
      trace.plane = 'self';
      const items: NamespaceInfo[] = [];
      for await (const namespace of this.visible(ctx, trace, after)) {
        if (items.length === page.limit) {
          const last = items.at(-1)?.name ?? '';
          return { items: this.#shown(items), continue: cursorAfterNamespace(last) };
        }
        items.push(namespace);
      }
      return { items: this.#shown(items) };
    });
  }

  /** Yields reachable namespaces after `after`, in order, whose metadata the token may list. */
  async *visible(
    ctx: CallContext,
    trace: CallTrace,
    after: string,
    narrowedTo?: ReadonlySet<string>,
  ): AsyncGenerator<ListableNamespace> {
    const access = this.#access.tracedBy(trace.upstreamIds);
    const all = await this.#directory.list((id) => trace.upstreamIds.push(id));
    const reachable = all.filter(
      ({ name }) =>
        name > after &&
        (narrowedTo === undefined || narrowedTo.has(name)) &&
        showsNamespace(ctx.principal.scope, name) &&
        (this.#served.scope === 'cluster' || this.#served.isServed(name)),
    );
    // Decisions are cached, and a cluster has many namespaces: each concurrent batch counts once.
    ctx.charge?.(Math.ceil(reachable.length / limits.namespaceDecisionsAtOnceMax) - 1);
    for (let start = 0; start < reachable.length; start += limits.namespaceDecisionsAtOnceMax) {
      const batch = reachable.slice(start, start + limits.namespaceDecisionsAtOnceMax);
      const found = await Promise.all(batch.map((info) => this.#listable(access, ctx, info)));
      yield* found.filter((namespace) => namespace !== undefined);
    }
  }

  /** Returns a listable namespace; without Kubernetes' own right, the broker must work there. */
  async #listable(
    access: AccessService,
    ctx: CallContext,
    info: NamespaceInfo,
  ): Promise<ListableNamespace | undefined> {
    const [list, listMetadata] = listRights(info.name);
    if ((await access.decide(ctx, list)).allowed) return { ...info, as: 'caller' };
    if (!this.#served.isServed(info.name)) return undefined;
    const decision = await access.decide(ctx, listMetadata);
    return decision.allowed ? { ...info, as: 'broker' } : undefined;
  }

  #shown(items: readonly NamespaceInfo[]): VisibleNamespace[] {
    return items.map(({ name, labels }) => ({
      name,
      labels,
      served: this.#served.isServed(name),
    }));
  }
}
