import type { AccessService, Grant } from '../../access/access.service.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import { type Rights, isKubernetesRight } from '../../access/domain/secret-rights.js';
import type { CallDraft } from '../../calls/call-draft.js';
import type { CallContext } from '../../core/call-context.js';
import type { Plane } from '../domain/secret.store.js';

export interface Gatekeepers {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
}

/**
 * As whom something is reached that any of the rights opens: as the caller where he holds
 * Kubernetes' own, else as the broker. Decides before anything is looked up; throws Forbidden, and
 * Invalid where only the broker could act and does not work.
 */
export async function planeFor(
  gatekeepers: Gatekeepers,
  ctx: CallContext,
  draft: CallDraft,
  rights: Rights,
): Promise<Plane> {
  return planeOf(gatekeepers.served, draft, await granted(gatekeepers, ctx, draft, rights));
}

/** The same of a right that the caller was found to hold. */
export function planeOf(
  served: ServedNamespaces,
  draft: CallDraft,
  { right, reason }: Grant,
): Plane {
  if (isKubernetesRight(right)) return 'caller';
  served.requireServed(right.namespace);
  draft.decisionReason = reason;
  return 'broker';
}

/** The first of the rights that the caller holds. Throws Forbidden, worded for the first. */
export function granted(
  { access, served }: Gatekeepers,
  ctx: CallContext,
  draft: CallDraft,
  rights: Rights,
): Promise<Grant> {
  served.requireReachable(rights[0].namespace);
  return access.tracedBy(draft.trace.upstreamIds).require(ctx, ...rights);
}
