import type { AccessService } from '../access/access.service.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import type { AuditDraft } from '../audit/audit-draft.js';
import type { AuditService } from '../audit/audit.service.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import { type Page, decodeCursor, encodeCursor } from '../core/page.js';
import type { NamespaceDirectory, NamespaceInfo } from './domain/namespace-directory.js';

export interface VisibleNamespace extends NamespaceInfo {
  /** Whether the broker works there. */
  readonly served: boolean;
}

/** Which namespaces a caller gets to see: those in which he may list Secrets. */
export class NamespacesService {
  readonly #audit: AuditService;
  readonly #access: AccessService;
  readonly #served: ServedNamespaces;
  readonly #directory: NamespaceDirectory;

  constructor(parts: {
    readonly audit: AuditService;
    readonly access: AccessService;
    readonly served: ServedNamespaces;
    readonly directory: NamespaceDirectory;
  }) {
    this.#audit = parts.audit;
    this.#access = parts.access;
    this.#served = parts.served;
    this.#directory = parts.directory;
  }

  /** By name; rights are asked again for every page. */
  list(
    ctx: CallContext,
    page: { readonly limit: number; readonly cursor?: string | undefined },
  ): Promise<Page<VisibleNamespace>> {
    const after = page.cursor === undefined ? '' : (decodeCursor(page.cursor)['after'] ?? '');
    return this.#audit.read(ctx, { action: 'namespaces.list' }, async (draft) => {
      draft.trace.plane = 'self';
      const items: NamespaceInfo[] = [];
      for await (const namespace of this.visible(ctx, draft, after)) {
        if (items.length === page.limit) {
          return { items: this.#shown(items), continue: cursorAfter(items) };
        }
        items.push(namespace);
      }
      return { items: this.#shown(items) };
    });
  }

  /** Reachable namespaces behind `after` in which the caller may list Secrets, in order. */
  async *visible(
    ctx: CallContext,
    draft: AuditDraft,
    after: string,
    narrowedTo?: ReadonlySet<string>,
  ): AsyncGenerator<NamespaceInfo> {
    const access = this.#access.tracedBy(draft.trace.upstreamIds);
    const all = await this.#directory.list((id) => draft.trace.upstreamIds.push(id));
    const reachable = all.filter(
      ({ name }) =>
        name > after &&
        (narrowedTo === undefined || narrowedTo.has(name)) &&
        (this.#served.scope === 'cluster' || this.#served.isServed(name)),
    );
    for (let start = 0; start < reachable.length; start += limits.namespaceDecisionsAtOnceMax) {
      const batch = reachable.slice(start, start + limits.namespaceDecisionsAtOnceMax);
      const decisions = await Promise.all(batch.map(({ name }) => mayList(access, ctx, name)));
      yield* batch.filter((_namespace, index) => decisions[index]);
    }
  }

  #shown(items: readonly NamespaceInfo[]): VisibleNamespace[] {
    return items.map((item) => ({ ...item, served: this.#served.isServed(item.name) }));
  }
}

async function mayList(
  access: AccessService,
  ctx: CallContext,
  namespace: string,
): Promise<boolean> {
  const request = { verb: 'list', group: '', resource: 'secrets', namespace, name: '' };
  return (await access.decide(ctx, request)).allowed;
}

function cursorAfter(items: readonly NamespaceInfo[]): string {
  return encodeCursor({ after: items.at(-1)?.name ?? '' });
}
