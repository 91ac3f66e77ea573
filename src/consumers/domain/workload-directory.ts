import type { WorkloadReference } from '../../rotation/domain/rotation-spec.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import type { NamespaceWorkloads } from './consumers.js';
import type { RestartedWorkload } from './restart.js';

/**
 * Pods and workloads in the cluster, as the broker sees them. Every method throws SallyportError:
 * Unavailable, an installation fault where the broker lacks the right; Timeout.
 */
export abstract class WorkloadDirectory {
  /** All of a namespace. TooLarge where that is more than `rotationLimits` allows. */
  abstract list(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
  ): Promise<NamespaceWorkloads>;
  /** NotFound. */
  abstract get(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
    workload: WorkloadReference,
  ): Promise<RestartedWorkload>;
  /**
   * A merge patch. Conflict where its resourceVersion has passed, Forbidden and Invalid where the
   * cluster's admission is against it, NotFound, OutcomeUnknown.
   */
  abstract patch(
    call: Pick<StoreCall, 'ctx' | 'trace'>,
    namespace: string,
    workload: WorkloadReference,
    patch: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}
