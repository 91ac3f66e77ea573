import { showsSecret } from '../access/domain/scope-refusal.js';
import { versionRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import { limits } from '../core/limits.js';
import { type Page, decodeCursor, encodeCursor } from '../core/page.js';
import { parseFieldSelector } from '../secrets/domain/field-selector.js';
import { parseLabelSelector } from '../secrets/domain/label-selector.js';
import type { ListRequest, Listed } from '../secrets/list/list-page.js';
import { authorOf } from './domain/attribution.js';
import type { History, VersionMetadata } from './domain/version.js';
import type { HistoryHead } from './domain/versions.store.js';
import { stored } from './stored.js';
import type { VersionLookup } from './version-lookup.js';
import type { VersionDependencies } from './version.dependencies.js';

type Shown = (history: History) => boolean;
type Fits = (history: History, last: VersionMetadata) => boolean;

/** Deleted Secrets that can be restored, by name, as their last versions were. */
export class DeletedSecrets {
  readonly #parts: Pick<VersionDependencies, 'calls' | 'store'>;
  readonly #lookup: VersionLookup;

  constructor(parts: Pick<VersionDependencies, 'calls' | 'store'>, lookup: VersionLookup) {
    this.#parts = parts;
    this.#lookup = lookup;
  }

  list(ctx: CallContext, namespace: string, request: ListRequest): Promise<Page<Listed>> {
    const labels = parseLabelSelector(request.labelSelector ?? '');
    const fields = parseFieldSelector(request.fieldSelector ?? '');
    const { after = '' } = request.cursor === undefined ? {} : decodeCursor(request.cursor);
    const { name = '' } = fields;
    return this.#parts.calls.read(ctx, { action: 'versions.list', namespace }, async (trace) => {
      const call = this.#lookup.callOf(ctx, trace, { namespace, name });
      await this.#lookup.authorise(call, [versionRight('list', call.ref)]);
      const uid = await this.#lookup.namespaceUid(call);
      if (uid === undefined) return { items: [] };
      const isShown: Shown = (history) =>
        showsSecret(ctx.principal.scope, history.name) && (name === '' || history.name === name);
      const fits: Fits = (history, last) =>
        labels.matches(last.labels) && fields.matches({ ...history, type: last.type });
      return this.#page(uid, { after, limit: request.limit }, { isShown, fits });
    });
  }

  async #page(
    uid: string,
    { after, limit }: { readonly after: string; readonly limit: number },
    { isShown, fits }: { readonly isShown: Shown; readonly fits: Fits },
  ): Promise<Page<Listed>> {
    const { store } = this.#parts;
    const items: Listed[] = [];
    for (let from = after; ;) {
      const heads = await stored(() => store.deleted(uid, from, limits.listItemsMax));
      for (const { history } of heads.filter((head) => isShown(head.history))) {
        const last = await this.#lastOf(history);
        if (last === undefined || !fits(history, last)) continue;
        const end = items.at(-1);
        if (end && items.length >= limit) return { items, continue: end.cursor };
        items.push(listedOf(history, last));
      }
      const end = heads.at(-1);
      if (end === undefined || heads.length < limits.listItemsMax) return { items };
      from = nameOf(end);
    }
  }

  async #lastOf({ id }: History): Promise<VersionMetadata | undefined> {
    const page = await stored(() => this.#parts.store.list(id, undefined, 1));
    return page.items[0];
  }
}

function nameOf({ history }: HistoryHead): string {
  return history.name;
}

/** Returns list fields; annotations are sealed with the values, and stay closed for a list. */
function listedOf(history: History, last: VersionMetadata): Listed {
  const { namespace, name, deletedMs } = history;
  const createdAt = new Date(last.createdMs).toISOString();
  const secret = {
    namespace,
    name,
    uid: last.secretUid,
    type: last.type,
    immutable: last.immutable,
    labels: last.labels,
    annotations: {},
    ownerReferences: [],
    keys: last.keys.map(({ name: key, sizeBytes, version }) => ({ name: key, sizeBytes, version })),
    resourceVersion: last.resourceVersion,
    version: last.version,
    createdAt,
    updatedAt: createdAt,
    updatedBy: authorOf(last.attribution),
    ...(deletedMs === undefined ? {} : { deletedAt: new Date(deletedMs).toISOString() }),
  };
  return { secret, cursor: encodeCursor({ after: name }) };
}
