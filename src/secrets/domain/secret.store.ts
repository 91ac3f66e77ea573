import type { CallContext } from '../../core/call-context.js';
import type { SecretData, SecretManifest, SecretRef, StoredSecret, StringMap } from './secret.js';

/** Identity of a cluster request: the caller, or the broker after a decision about the caller. */
export type Plane = 'caller' | 'broker';

/** Facts that a store collects for the audit event of the call. */
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

/** Patch in Kubernetes' own terms, already encoded: `data` contains base64. */
export type SecretPatch =
  | { readonly kind: 'merge'; readonly document: Readonly<Record<string, unknown>> }
  | { readonly kind: 'json'; readonly operations: readonly Readonly<Record<string, unknown>>[] };

export interface WriteOptions {
  readonly dryRun: boolean;
}

/** Fields of a Secret that one field manager owns; those that it owned before and lacks now go. */
export interface SecretFields extends SecretRef {
  readonly type: string;
  readonly annotations: StringMap;
  readonly data: SecretData;
  readonly manager: string;
  /** State that is changed; absent: the Secret is created, and must not exist. */
  readonly before: { readonly uid: string; readonly resourceVersion: string } | undefined;
  /** Whether fields of other managers are taken over; otherwise they are a Conflict. */
  readonly force: boolean;
}

/** Response for an object that is deleted, or that finalizers keep. */
export interface DeleteAnswer {
  /** Absent if the API server did not return it. */
  readonly uid?: string;
  /** Resource version of the state that finalizers keep; absent if there is none. */
  readonly resourceVersion?: string;
}

/**
 * Secrets in the cluster. Every method throws SallyportError: Forbidden with the API server's own
 * words, NotFound, AlreadyExists, Conflict (409), Invalid, Expired, Timeout, Unavailable,
 * OutcomeUnknown if a write may have happened.
 */
export abstract class SecretStore {
  abstract list(call: StoreCall, namespace: string, options: ListOptions): Promise<SecretPage>;
  /** Reads a Secret. `notOlderThan`: a resourceVersion that the response must have reached. */
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
  /**
   * Sets the fields of a field manager by server-side apply. Throws Conflict if another state is
   * there, or another manager owns a field.
   * https://kubernetes.io/docs/reference/using-api/server-side-apply/
   */
  abstract apply(call: StoreCall, fields: SecretFields): Promise<StoredSecret>;
  abstract delete(
    call: StoreCall,
    ref: SecretRef,
    preconditions: Preconditions,
    options: WriteOptions,
  ): Promise<DeleteAnswer>;
}
