import type { SecretRef } from '../../secrets/domain/secret.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import type { StoredPolicy } from './rotation-policy.js';

/** Status of a policy; undefined members are deleted. */
export type PolicyStatus = Readonly<Record<string, unknown>>;

/**
 * SecretRotations in the cluster. Every method throws SallyportError: Forbidden in the API server's
 * words, NotFound, AlreadyExists, Conflict (409), Invalid. If the resource itself is not found,
 * throws Invalid with what to install.
 */
export abstract class RotationPolicies {
  abstract get(call: StoreCall, ref: SecretRef): Promise<StoredPolicy>;
  /** Creates a policy; `spec` with `secretName`. */
  abstract create(call: StoreCall, ref: SecretRef, spec: object): Promise<StoredPolicy>;
  /** Replaces a policy under its resourceVersion. */
  abstract replace(call: StoreCall, policy: StoredPolicy, spec: object): Promise<StoredPolicy>;
  abstract delete(call: StoreCall, policy: StoredPolicy): Promise<void>;
  /** Writes only the status, as the broker. */
  abstract writeStatus(
    call: StoreCall,
    policy: Pick<StoredPolicy, 'namespace' | 'name' | 'uid'>,
    status: PolicyStatus,
  ): Promise<void>;
}

export interface PolicyFeedSink {
  put(policy: StoredPolicy, namespaceUid: string): void;
  remove(policy: StoredPolicy): void;
  /** Receives all existing policies of a namespace (`''`: of all namespaces). */
  listed(namespace: string, uids: ReadonlySet<string>): void;
}

/** Existing policies, as last received. */
export abstract class PolicyFeed {
  /**
   * Reports whether all policies of a namespace are known: they are watched, or the namespace with
   * this uid no longer exists.
   */
  abstract knowsAll(namespace: string, namespaceUid: string): boolean;
}
