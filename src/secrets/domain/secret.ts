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

/** Secret as stored in the cluster. */
export interface StoredSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  /** All annotations, including those that are never returned. */
  readonly annotations: StringMap;
  readonly ownerReferences: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly data: SecretData;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string | undefined;
  /** Time of changes that a gateway made. */
  readonly writtenHereAt: string | undefined;
  /** Time of changes that other clients made. */
  readonly writtenElsewhereAt?: string | undefined;
  /** Names of the field managers that write parts of the Secret. */
  readonly fieldManagers?: readonly string[];
  /** Keys that managers own by server-side apply; absent if there are none. */
  readonly appliedKeys?: ReadonlyMap<string, readonly string[]>;
  /** Deleted, and kept by its finalizers: it disappears whatever is written to it. */
  readonly isBeingDeleted?: true;
}

/** Reports whether a gateway wrote last; false if another client wrote in that second. */
export function isLastWrittenHere({ writtenHereAt, writtenElsewhereAt }: StoredSecret): boolean {
  return writtenHereAt !== undefined && writtenHereAt > (writtenElsewhereAt ?? '');
}

/** Content of a create or an update; the cluster sets all other fields. */
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
