import type { AccessService } from '../access/access.service.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { type Rights, isKubernetesRight } from '../access/domain/secret-rights.js';
import type { AuditDraft } from '../audit/audit-draft.js';
import type { CallContext } from '../core/call-context.js';
import type { Plane } from './domain/secret.store.js';

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
  { access, served }: Gatekeepers,
  ctx: CallContext,
  draft: AuditDraft,
  rights: Rights,
): Promise<Plane> {
  const [{ namespace }] = rights;
  served.requireReachable(namespace);
  const { right, reason } = await access.tracedBy(draft.trace.upstreamIds).require(ctx, ...rights);
  if (isKubernetesRight(right)) return 'caller';
  served.requireServed(namespace);
  draft.decisionReason = reason;
  return 'broker';
}
