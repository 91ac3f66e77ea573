import type { CallContext } from '../../core/call-context.js';
import type { SecretManifest, SecretRef, StoredSecret } from './secret.js';

/** As whom the cluster is asked: the caller himself, or the broker after a decision about him. */
export type Plane = 'caller' | 'broker';

/** What a store learns while it works, for the audit event of the call. */
export interface StoreTrace {
  plane: Plane | 'self' | 'none';
  readonly upstreamIds: string[];
}

export interface StoreCall {
  readonly ctx: CallContext;
  readonly as: Plane;
  readonly trace: StoreTrace;
}

export interface ListOptions {
  readonly limit: number;
  readonly continue?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface SecretPage {
  readonly items: readonly StoredSecret[];
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** A patch in Kubernetes' own terms, already encoded: `data` holds base64. */
export type SecretPatch =
  | { readonly kind: 'merge'; readonly document: Readonly<Record<string, unknown>> }
  | { readonly kind: 'json'; readonly operations: readonly Readonly<Record<string, unknown>>[] };

export interface WriteOptions {
  readonly dryRun: boolean;
}

/** Of an object that is gone, or that its finalizers keep. */
export interface DeleteAnswer {
  /** Absent where the API server did not say. */
  readonly uid?: string;
  /** Of the state that lives on; absent where there is none. */
  readonly resourceVersion?: string;
}

/**
 * Secrets in the cluster. Every method throws SallyportError: Forbidden with the API server's own
 * words, NotFound, AlreadyExists, Conflict (409), Invalid, Expired, Timeout, Unavailable,
 * OutcomeUnknown where a write may have happened.
 */
export abstract class SecretStore {
  abstract list(call: StoreCall, namespace: string, options: ListOptions): Promise<SecretPage>;
  /** `notOlderThan`: a resourceVersion that the answer must have reached. */
  abstract get(
    call: StoreCall,
    ref: SecretRef,
    options?: { readonly notOlderThan?: string },
  ): Promise<StoredSecret>;
  abstract create(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret>;
  abstract update(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret>;
  abstract patch(
    call: StoreCall,
    ref: SecretRef,
    patch: SecretPatch,
    options: WriteOptions,
  ): Promise<StoredSecret>;
  abstract delete(
    call: StoreCall,
    ref: SecretRef,
    preconditions: Preconditions,
    options: WriteOptions,
  ): Promise<DeleteAnswer>;
}
