import type { AccessService, Grant } from '../../access/access.service.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import { type Rights, isKubernetesRight } from '../../access/domain/secret-rights.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { Plane } from '../domain/secret.store.js';

export interface Gatekeepers {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
}

/**
 * Returns the identity for access under any of the rights: the caller with Kubernetes' own right,
 * else the broker. Decides before any lookup. Throws Forbidden, and Invalid if only the broker
 * could act but does not work.
 */
export async function planeFor(
  gatekeepers: Gatekeepers,
  ctx: CallContext,
  trace: CallTrace,
  rights: Rights,
): Promise<Plane> {
  return planeOf(gatekeepers.served, trace, await granted(gatekeepers, ctx, trace, rights));
}

/** Returns the identity for a right that the caller was found to have. */
export function planeOf(
  served: ServedNamespaces,
  trace: CallTrace,
  { right, reason }: Grant,
): Plane {
  if (isKubernetesRight(right)) return 'caller';
  served.requireServed(right.namespace);
  trace.decisionReason = reason;
  return 'broker';
}

/** Returns the first right that the caller has. Throws Forbidden, worded for the first right. */
export function granted(
  { access, served }: Gatekeepers,
  ctx: CallContext,
  trace: CallTrace,
  rights: Rights,
): Promise<Grant> {
  served.requireReachable(rights[0].namespace);
  return access.tracedBy(trace.upstreamIds).require(ctx, ...rights);
}
