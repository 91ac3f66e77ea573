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
  /** Version in which it last changed; null if history does not contain it. */
  readonly version: number | null;
}

/** Representation of a Secret with its values (docs/read-a-secret.md). */
export interface ReadBody extends Described, ReadMaps, Dated {
  /** User name of this version's author. */
  readonly updatedBy: string | null;
}

/** Secret without any member that could contain a value. */
export interface MetadataBody extends Described, Dated {
  readonly keys: readonly KeySize[];
  /** Author; each transport returns the fields that its type has. */
  readonly updatedBy: VersionAuthor | null;
  /** Deletion time of a deleted Secret: RFC 3339. */
  readonly deletedAt?: string;
}

/** Returns the read body, which is a valid write body without annotations that contain values. */
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

/** Returns the body without values: names and sizes of the keys, sorted by name. */
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
