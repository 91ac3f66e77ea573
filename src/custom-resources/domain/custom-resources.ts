import type { SecretRef } from '../../secrets/domain/secret.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import type { CustomResource, CustomResourceStatus } from './custom-resource.js';

export interface CustomResourceWriteOptions {
  /** Whether the API server only checks the write. */
  readonly dryRun?: boolean;
}

/**
 * Objects of one kind in the cluster. Every method throws SallyportError: Forbidden in the API
 * server's words, NotFound, AlreadyExists, Conflict (409), Invalid. If the resource itself is not
 * found, throws Invalid with what to install.
 */
export abstract class CustomResources {
  abstract get(call: StoreCall, ref: SecretRef): Promise<CustomResource>;
  abstract create(
    call: StoreCall,
    ref: SecretRef,
    spec: object,
    options?: CustomResourceWriteOptions,
  ): Promise<CustomResource>;
  /** Replaces the spec under the resourceVersion of the object. */
  abstract replace(
    call: StoreCall,
    object: CustomResource,
    spec: object,
    options?: CustomResourceWriteOptions,
  ): Promise<CustomResource>;
  /** Deletes the object under its uid and resourceVersion. */
  abstract delete(call: StoreCall, object: CustomResource): Promise<void>;
  /**
   * Writes only the status, as the broker. Throws Conflict for an object with another uid, or with
   * another resourceVersion if `object` has one.
   */
  abstract writeStatus(
    call: StoreCall,
    object: StatusTarget,
    status: CustomResourceStatus,
  ): Promise<void>;
}

/** Page of the objects of a kind, in the order of the API server. */
export interface CustomResourcePage {
  readonly items: readonly CustomResource[];
  /** Cursor of the API server for the next page. */
  readonly continue?: string;
}

/** Objects of one kind that callers also list. */
export abstract class ListedCustomResources extends CustomResources {
  /** Lists the objects of a namespace. Throws as the other methods; Gone for an old cursor. */
  abstract list(
    call: StoreCall,
    namespace: string,
    page: { readonly limit: number; readonly continue?: string | undefined },
  ): Promise<CustomResourcePage>;
}

/** Object whose status is written: whatever its state, or in one state. */
export type StatusTarget = Pick<CustomResource, 'namespace' | 'name' | 'uid'> &
  Partial<Pick<CustomResource, 'resourceVersion'>>;

/** Receiver of the objects of a kind in all served namespaces. */
export interface CustomResourceSink {
  put(object: CustomResource, namespaceUid: string): void;
  remove(object: CustomResource): void;
  /** Receives all existing objects of a namespace (`''`: of all namespaces). */
  listed(namespace: string, uids: ReadonlySet<string>): void;
}

/** Watch of the existing objects of a kind. */
export abstract class CustomResourceFeed {
  abstract start(): void;
  abstract stop(): Promise<void>;
  /**
   * Reports whether all objects of a namespace are known: they are watched, or the namespace with
   * this uid no longer exists.
   */
  abstract knowsAll(namespace: string, namespaceUid: string): boolean;
}
