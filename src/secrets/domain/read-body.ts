import { shownAnnotations } from './hidden-annotations.js';
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
  readonly updatedBy: string | null;
}

export interface KeySize {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A Secret with its values; API.md section 4. */
export interface ReadBody extends Described, ReadMaps, Dated {}

/** A Secret without any member that could hold a value. */
export interface MetadataBody extends Described, Dated {
  readonly keys: readonly KeySize[];
}

/** The read body, which is a valid write body. Annotations that hold values are left out. */
export function toReadBody(secret: StoredSecret, encoding: ReadEncoding): ReadBody {
  return { ...described(secret), ...toReadMaps(secret.data, encoding), ...dated(secret) };
}

/** The same without values: names and sizes of the keys, sorted by name. */
export function toMetadataBody(secret: StoredSecret): MetadataBody {
  const keys = sortedEntries(secret.data).map(([name, { sizeBytes }]) => ({ name, sizeBytes }));
  return { ...described(secret), keys, ...dated(secret) };
}

function described(secret: StoredSecret): Described {
  const { namespace, name, uid, type, immutable, labels, ownerReferences } = secret;
  const annotations = shownAnnotations(secret.annotations);
  return { namespace, name, uid, type, immutable, labels, annotations, ownerReferences };
}

// Versions, and who made them, come with the history.
function dated(secret: StoredSecret): Dated {
  return {
    resourceVersion: secret.resourceVersion,
    version: null,
    createdAt: secret.createdAt,
    updatedAt: secret.updatedAt ?? null,
    updatedBy: null,
  };
}
