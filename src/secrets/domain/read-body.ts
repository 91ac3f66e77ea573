import { shownAnnotations } from './hidden-annotations.js';
import { keyVersionsByName, type VersionAuthor, type VersionInfo } from './secret-history.js';
import type { OwnerReference, SecretRef, StoredSecret, StringMap } from './secret.js';
import { type ReadEncoding, type ReadMaps, sortedEntries, toReadMaps } from './value-map.js';

interface Described extends SecretRef {
  readonly uid: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly ownerReferences: readonly OwnerReference[];
}

interface Dated {
  readonly resourceVersion: string;
  readonly version: number | null;
  readonly createdAt: string;
  readonly updatedAt: string | null;
}

export interface KeySize {
  readonly name: string;
  readonly sizeBytes: number;
  /** The version in which it last changed; null where history says nothing. */
  readonly version: number | null;
}

/** A Secret with its values; API.md section 4. */
export interface ReadBody extends Described, ReadMaps, Dated {
  /** User name of whoever made this version. */
  readonly updatedBy: string | null;
}

/** A Secret without any member that could hold a value. */
export interface MetadataBody extends Described, Dated {
  readonly keys: readonly KeySize[];
  /** Doors show as much of it as they have members for. */
  readonly updatedBy: VersionAuthor | null;
  /** Of a Secret that is gone: RFC 3339. */
  readonly deletedAt?: string;
}

/** The read body, which is a valid write body. Annotations that hold values are left out. */
export function toReadBody(
  secret: StoredSecret,
  encoding: ReadEncoding,
  version?: VersionInfo,
): ReadBody {
  return {
    ...described(secret),
    ...toReadMaps(secret.data, encoding),
    ...dated(secret, version),
    updatedBy: version?.updatedBy?.username ?? null,
  };
}

/** The same without values: names and sizes of the keys, sorted by name. */
export function toMetadataBody(secret: StoredSecret, version?: VersionInfo): MetadataBody {
  const versions = keyVersionsByName(version);
  const keys = sortedEntries(secret.data).map(([name, { sizeBytes }]) => ({
    name,
    sizeBytes,
    version: versions.get(name) ?? null,
  }));
  const updatedBy = version?.updatedBy ?? null;
  return { ...described(secret), keys, ...dated(secret, version), updatedBy };
}

function described(secret: StoredSecret): Described {
  const { namespace, name, uid, type, immutable, labels, ownerReferences } = secret;
  const annotations = shownAnnotations(secret.annotations);
  return { namespace, name, uid, type, immutable, labels, annotations, ownerReferences };
}

function dated(secret: StoredSecret, version: VersionInfo | undefined): Dated {
  return {
    resourceVersion: secret.resourceVersion,
    version: version?.version ?? null,
    createdAt: secret.createdAt,
    updatedAt: secret.updatedAt ?? null,
  };
}
