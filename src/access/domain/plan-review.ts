import type { ConfiguredResource } from '../../core/configured-resource.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { ResourceRequest } from '../access.service.js';
import { hintFor } from './access-question.js';
import type { OpenedOperation } from './described-calls.js';
import { openedOperations } from './opened-operations.js';
import { callReason } from './scope-refusal.js';
import type { Rights } from './secret-rights.js';
import type { ServedNamespaces } from './served-namespaces.js';

/** Facts that decide a review besides the caller's rights. */
export interface ReviewContext {
  readonly scope: TokenScope | undefined;
  readonly served: Pick<ServedNamespaces, 'unreachableReason' | 'unservedReason'>;
  /** Resources that an installation forwards besides Secrets. */
  readonly configured: readonly ConfiguredResource[];
}

/** `refused`: no right would help. `asks`: one right of each list is needed. */
export type ReviewPlan =
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'asks'; readonly needs: readonly Rights[] };

/**
 * Plans the answer to a review: whether the gateway would carry out the operation that the right
 * opens. Every transport uses this plan, so that `may I` and the operation itself cannot differ.
 */
export function planReview(request: ResourceRequest, context: ReviewContext): ReviewPlan {
  const operations = openedOperations(request, context.configured);
  const [first] = operations;
  if (first === undefined) {
    const reason = hintFor(request) ?? 'no call of the gateway needs this right';
    return { kind: 'refused', reason };
  }
  for (const operation of operations) {
    const reason =
      scopeReason(context.scope, operation) ?? reachReason(request, operation, context);
    if (reason !== undefined) return { kind: 'refused', reason };
  }
  return withBroker(request, first.needs, context);
}

function scopeReason(scope: TokenScope | undefined, { call }: OpenedOperation): string | undefined {
  const reason = scope && (callReason(scope, call) ?? tokensReason(scope, call));
  return reason && `the scope of the token forbids this: ${reason}`;
}

/** Limits a narrowed token: it creates narrower tokens, and sees and ends only its own. */
function tokensReason(
  { namespaces, secrets, keys }: TokenScope,
  { action, namespace = '*' }: OpenedOperation['call'],
): string | undefined {
  if (action === 'tokens.create') {
    return namespaces && callReason({ namespaces }, { action: 'secrets.get', namespace });
  }
  if (action !== 'tokens.list' && action !== 'tokens.revoke') return undefined;
  const isNarrowed = [namespaces, secrets, keys].some((member) => member !== undefined);
  return isNarrowed ? 'it sees and revokes its own tokens alone' : undefined;
}

function reachReason(
  { namespace }: ResourceRequest,
  { reach }: OpenedOperation,
  { served }: ReviewContext,
): string | undefined {
  if (reach === 'anywhere') return undefined;
  const reason = served.unreachableReason(namespace);
  return reason ?? (reach === 'served' ? unserved(namespace, served) : undefined);
}

/** Plans with the broker; without it, of alternatives only Kubernetes' own right counts. */
function withBroker(
  { namespace }: ResourceRequest,
  needs: readonly Rights[],
  { served }: ReviewContext,
): ReviewPlan {
  if (unserved(namespace, served) === undefined) return { kind: 'asks', needs };
  return { kind: 'asks', needs: needs.map(([first]) => [first] as const) };
}

/** Returns why a namespace is unserved; for all together, Kubernetes' answer counts. */
function unserved(namespace: string, served: ReviewContext['served']): string | undefined {
  return namespace === '' ? undefined : served.unservedReason(namespace);
}
