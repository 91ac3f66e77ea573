import { showsSecret } from '../../access/domain/scope-refusal.js';
import type { CallContext } from '../../core/call-context.js';
import type { Page } from '../../core/page.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { CachePage, NamespaceView } from '../domain/cache/namespace-view.js';
import type { Representation } from '../domain/representation.js';
import { type ListRequest, type Listed, ListedAt, type Position } from './list-page.js';
import type { RepresentationRenderer } from '../read/representation-renderer.js';

/** Returns the part of a namespace in a page, at this moment. */
export function pageOf(
  view: NamespaceView,
  ctx: CallContext,
  { after }: Position,
  { limit, labelSelector, fieldSelector }: ListRequest,
): CachePage {
  const { scope } = ctx.principal;
  const shows = (name: string): boolean => showsSecret(scope, name);
  return view.page({
    after,
    limit,
    labelSelector,
    fieldSelector,
    ...(scope?.secrets !== undefined && { shows }),
  });
}

/** Renders a part of a namespace; the next part begins after the last name. */
export async function shownPage<T>(
  states: RepresentationRenderer,
  { items, hasMore, remaining }: CachePage,
  representation: Representation<T>,
): Promise<Page<Listed<T>>> {
  const shown = await states.all(items, representation);
  const listed = shown.map((secret, index) => new ListedAt(secret, placeOf(items[index])));
  const last = listed.at(-1);
  return {
    items: listed,
    ...(hasMore && last && { continue: last.cursor }),
    ...(hasMore && remaining !== undefined && { remainingItemCount: remaining }),
  };
}

function placeOf(state: CachedSecret | undefined): Position {
  const { namespace = '', name = '' } = state ?? {};
  return { namespace, upstream: undefined, after: name };
}
