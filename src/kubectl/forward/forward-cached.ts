import type { ResourceRequest } from '../../access/access.service.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import type { CallDraft } from '../../calls/call-draft.js';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { CachedSecret } from '../../secrets/domain/cache/cached-secret.js';
import type { CacheNeeds, NamespaceView } from '../../secrets/domain/cache/secret-cache.js';
import { cacheableGet, cacheableList } from '../domain/forward/cacheable-read.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import type { ForwardView } from '../domain/forward/view.js';
import { type ForwardDependencies, requireRight } from './forward-dependencies.js';

/** What a list is made of: the Secrets of a moment, and which moment that was. */
export interface CachedList {
  readonly secrets: readonly CachedSecret[];
  readonly resourceVersion: string;
}

/**
 * The Secret that a get asks for, where the caller takes one from a cache and may read it. Throws
 * Forbidden; undefined where the API server has to answer, as for what is not there.
 */
export async function cachedSecret(
  parts: ForwardDependencies,
  ctx: CallContext,
  draft: CallDraft,
  { namespace, name, raw }: ForwardedRequest,
): Promise<CachedSecret | undefined> {
  const rule = cacheableGet(raw);
  if (rule === undefined) return undefined;
  const right = secretRight('get', { namespace, name });
  return seen(parts, ctx, draft, { right, needs: { ...rule, name } }, (view) => view.get(name));
}

/** The same of a list of one namespace; of all of them together no one moment is known. */
export async function cachedList(
  parts: ForwardDependencies,
  ctx: CallContext,
  draft: CallDraft,
  { namespace, name, raw }: ForwardedRequest,
  scope: ForwardView | undefined,
): Promise<CachedList | undefined> {
  const rule = namespace === '' ? undefined : cacheableList(raw);
  if (rule === undefined) return undefined;
  const { labelSelector, fieldSelector, ...needs } = rule;
  const shows = scope && ((secret: string) => scope.shows(namespace, secret));
  const query = { labelSelector, fieldSelector, after: '', limit: limits.reflectedItemsMax, shows };
  const right = secretRight('list', { namespace, name });
  return seen(parts, ctx, draft, { right, needs }, (view) => {
    const { items: secrets, hasMore } = view.page(query);
    return hasMore ? undefined : { secrets, resourceVersion: view.resourceVersion };
  });
}

/** What `look` finds in the cache, after a decision; noted as read by the broker where it does. */
async function seen<T>(
  { access, cache }: ForwardDependencies,
  ctx: CallContext,
  draft: CallDraft,
  { right, needs }: { readonly right: ResourceRequest; readonly needs: CacheNeeds },
  look: (view: NamespaceView) => T | undefined,
): Promise<T | undefined> {
  // Where there is no cache, no question is asked that the API server decides anyway.
  if (!cache.isReadable(right.namespace, needs)) return undefined;
  const { reason } = await requireRight(access.tracedBy(draft.trace.upstreamIds), ctx, right);
  const given = cache.view(right.namespace, needs);
  // At once where it is there: a view is that of a moment, and that is after the decision.
  const view = given instanceof Promise ? await given : given;
  const found = view && look(view);
  if (found === undefined) return undefined;
  draft.trace.plane = 'broker';
  draft.decisionReason = reason;
  return found;
}
