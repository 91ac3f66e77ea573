import { managedElsewhere } from '../../../rotation/domain/managed-elsewhere.js';
import type { SecretData, StoredSecret, StringMap } from '../../../secrets/domain/secret.js';
import { deliveryIn, fieldManagerOf, statedKeys } from './provenance.js';

/** Secret that receives a copy, as an import sees it. */
export interface CopyTarget {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly isBeingDeleted: boolean;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly data: SecretData;
  /** Keys that the import owns. */
  readonly owned: ReadonlySet<string>;
  /** Keys that others have applied, also if the import owns them as well. */
  readonly ofOthers: ReadonlySet<string>;
  /** Whether the import owns any field. */
  readonly isManaged: boolean;
  /** Delivery that created it, as its annotation states. */
  readonly delivery: string | undefined;
  /** Keys that the import has delivered, as its annotation states. */
  readonly stated: ReadonlySet<string>;
  /** Other controller that manages the Secret; undefined: none is known. */
  readonly manager: string | undefined;
}

/** Returns what an import needs to know about a Secret. */
export function copyTargetOf(secret: StoredSecret, importUid: string): CopyTarget {
  const { uid, resourceVersion, type, immutable, labels, annotations, data } = secret;
  const { appliedKeys } = secret;
  const manager = fieldManagerOf(importUid);
  const owned = appliedKeys?.get(manager);
  const others = [...(appliedKeys ?? [])].filter(([name]) => name !== manager);
  return {
    uid,
    resourceVersion,
    type,
    immutable,
    isBeingDeleted: secret.isBeingDeleted === true,
    labels,
    annotations,
    data,
    owned: new Set(owned),
    ofOthers: new Set(others.flatMap(([, keys]) => keys)),
    isManaged: owned !== undefined,
    delivery: deliveryIn(annotations, importUid),
    stated: new Set(statedKeys(annotations, importUid)),
    manager: managedElsewhere(secret),
  };
}
