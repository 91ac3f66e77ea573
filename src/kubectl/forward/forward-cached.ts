import type { ResourceRequest } from '../../access/access.service.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import type { CachedSecret } from '../../secrets/domain/cache/cached-secret.js';
import type { CacheNeeds, NamespaceView } from '../../secrets/domain/cache/secret-cache.js';
import { cacheableGet, cacheableList } from '../domain/forward/cacheable-read.js';
import type { ForwardedRequest } from '../domain/forward/forwarded.js';
import type { ForwardView } from '../domain/forward/view.js';
import { type ForwardDependencies, requireRight } from './forward-dependencies.js';

/** Content of a list: the Secrets at a moment, and the version of this moment. */
export interface CachedList {
  readonly secrets: readonly CachedSecret[];
  readonly resourceVersion: string;
}

/**
 * Returns the requested Secret, if the caller accepts one from a cache and may read it. Throws
 * Forbidden; undefined if the API server has to answer, as for an absent Secret.
 */
export async function cachedSecret(
  parts: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  { namespace, name, raw }: ForwardedRequest,
): Promise<CachedSecret | undefined> {
  const rule = cacheableGet(raw);
  if (rule === undefined) return undefined;
  const right = secretRight('get', { namespace, name });
  return seen(parts, ctx, trace, { right, needs: { ...rule, name } }, (view) => view.get(name));
}

/** Returns a list of one namespace; a list of all namespaces has no single known version. */
export async function cachedList(
  parts: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  { namespace, name, raw }: ForwardedRequest,
  scope: ForwardView | undefined,
): Promise<CachedList | undefined> {
  const rule = namespace === '' ? undefined : cacheableList(raw);
  if (rule === undefined) return undefined;
  const { labelSelector, fieldSelector, ...needs } = rule;
  const shows = scope && ((secret: string) => scope.shows(namespace, secret));
  const query = { labelSelector, fieldSelector, after: '', limit: limits.reflectedItemsMax, shows };
  const right = secretRight('list', { namespace, name });
  return seen(parts, ctx, trace, { right, needs }, (view) => {
    const { items: secrets, hasMore } = view.page(query);
    return hasMore ? undefined : { secrets, resourceVersion: view.resourceVersion };
  });
}

/** Returns what `look` finds in the cache after a decision; then records a read by the broker. */
async function seen<T>(
  { access, cache }: ForwardDependencies,
  ctx: CallContext,
  trace: CallTrace,
  { right, needs }: { readonly right: ResourceRequest; readonly needs: CacheNeeds },
  look: (view: NamespaceView) => T | undefined,
): Promise<T | undefined> {
  // Without a cache, check no right that the API server checks anyway.
  if (!cache.isReadable(right.namespace, needs)) return undefined;
  const { reason } = await requireRight(access.tracedBy(trace.upstreamIds), ctx, right);
  const given = cache.view(right.namespace, needs);
  // Do not await an available view: it is the view of a moment after the decision.
  const view = given instanceof Promise ? await given : given;
  const found = view && look(view);
  if (found === undefined) return undefined;
  trace.plane = 'broker';
  trace.decisionReason = reason;
  return found;
}
