import type { SecretRef } from '../../secrets/domain/secret.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import type { StoredPolicy } from './rotation-policy.js';

/** What a status says; members that are undefined are taken away. */
export type PolicyStatus = Readonly<Record<string, unknown>>;

/**
 * SecretRotations in the cluster. Every method throws SallyportError: Forbidden in the API server's
 * words, NotFound, AlreadyExists, Conflict (409), Invalid; NotFound of the resource itself is
 * Invalid with what to install.
 */
export abstract class RotationPolicies {
  abstract get(call: StoreCall, ref: SecretRef): Promise<StoredPolicy>;
  /** `spec` with `secretName`. */
  abstract create(call: StoreCall, ref: SecretRef, spec: object): Promise<StoredPolicy>;
  /** Under the policy's resourceVersion. */
  abstract replace(call: StoreCall, policy: StoredPolicy, spec: object): Promise<StoredPolicy>;
  abstract delete(call: StoreCall, policy: StoredPolicy): Promise<void>;
  /** As the broker; nothing but the status. */
  abstract writeStatus(
    call: StoreCall,
    policy: Pick<StoredPolicy, 'namespace' | 'name' | 'uid'>,
    status: PolicyStatus,
  ): Promise<void>;
}

export interface PolicyFeedSink {
  put(policy: StoredPolicy, namespaceUid: string): void;
  remove(policy: StoredPolicy): void;
  /** All of a namespace that there are (`''`: of all namespaces). */
  listed(namespace: string, uids: ReadonlySet<string>): void;
}

/** Which policies there are, as last heard. */
export abstract class PolicyFeed {
  /**
   * Whether all policies of a namespace are known: they are followed, or the namespace with this
   * uid is no more.
   */
  abstract knowsAll(namespace: string, namespaceUid: string): boolean;
}
