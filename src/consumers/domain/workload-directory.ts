import type { WorkloadReference } from '../../rotation/domain/rotation-spec.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import type { NamespaceWorkloads } from './consumers.js';
import type { RestartedWorkload } from './restart.js';

/**
 * Pods and workloads in the cluster, as the broker sees them. Every method throws SallyportError:
 * Unavailable, an installation fault if the broker lacks the right; Timeout.
 */
export abstract class WorkloadDirectory {
  /** Lists a whole namespace. Throws TooLarge beyond `rotationLimits`. */
  abstract list(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
  ): Promise<NamespaceWorkloads>;
  /** Returns a workload. Throws NotFound. */
  abstract get(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
    workload: WorkloadReference,
  ): Promise<RestartedWorkload>;
  /**
   * Sends a merge patch. Throws Conflict if its resourceVersion is old, Forbidden and Invalid if
   * the cluster's admission refuses it, NotFound, OutcomeUnknown.
   */
  abstract patch(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
    workload: WorkloadReference,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}
