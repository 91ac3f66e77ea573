import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { AccessService } from '../access.service.js';
import type { Rights } from './secret-rights.js';
import type { ServedNamespaces } from './served-namespaces.js';

interface Gatekeepers {
  readonly access: Pick<AccessService, 'tracedBy'>;
  readonly served: Pick<ServedNamespaces, 'requireReachable' | 'requireServed'>;
}

/**
 * Requires one of the rights before any lookup in their namespace, in which the broker acts
 * afterwards. Throws Forbidden, and Invalid if the broker does not work there.
 */
export async function authoriseServed(
  { access, served }: Gatekeepers,
  { ctx, trace }: { readonly ctx: CallContext; readonly trace: CallTrace },
  ...rights: Rights
): Promise<void> {
  const [{ namespace }] = rights;
  served.requireReachable(namespace);
  const { reason } = await access.tracedBy(trace.upstreamIds).require(ctx, ...rights);
  trace.decisionReason = reason;
  served.requireServed(namespace);
}
