import type { SecretValue } from '../../core/secret-value.js';

export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export type SecretData = ReadonlyMap<string, SecretValue>;
export type StringMap = Readonly<Record<string, string>>;

/** A Secret as the cluster holds it. */
export interface StoredSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  /** All of them, also those that are never shown. */
  readonly annotations: StringMap;
  readonly ownerReferences: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly data: SecretData;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string | undefined;
  /** The same of changes that a gateway made. */
  readonly writtenHereAt: string | undefined;
  /** The same of changes that others made. */
  readonly writtenElsewhereAt?: string | undefined;
  /** Whoever writes parts of it, by the names that they give themselves. */
  readonly fieldManagers?: readonly string[];
  /** Deleted, and held by its finalizers: it goes whatever is written to it. */
  readonly isBeingDeleted?: true;
}

/** Whether a gateway made the last change; false within the same second as somebody else. */
export function isLastWrittenHere({ writtenHereAt, writtenElsewhereAt }: StoredSecret): boolean {
  return writtenHereAt !== undefined && writtenHereAt > (writtenElsewhereAt ?? '');
}

/** What a create or an update sends; everything else is the cluster's. */
export interface SecretManifest extends SecretRef {
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly data: SecretData;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly uid?: string;
  readonly resourceVersion?: string;
}
