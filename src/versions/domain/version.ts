import type { SecretRef, StringMap } from '../../secrets/domain/secret.js';

export type VersionState = 'live' | 'deleted' | 'destroyed';

/** Way by which a state came about. */
export type VersionOrigin =
  | 'rest'
  | 'graphql'
  | 'kubectl'
  | 'rotation'
  | 'restore'
  | 'share'
  | 'sync'
  | 'external';

/** Reference to a history: of a name in a namespace; a recreated namespace has another history. */
export interface HistoryRef extends SecretRef {
  readonly namespaceUid: string;
}

/** A key of a version, without its value. */
export interface VersionKey {
  readonly name: string;
  readonly sizeBytes: number;
  /** The version in which these bytes last changed. */
  readonly version: number;
  /** Base64 of a keyed MAC of the bytes: only for comparison. */
  readonly mac: string;
}

/** An annotation of a version, without its value. */
export interface VersionAnnotation {
  readonly name: string;
  /** Like a key's MAC. */
  readonly mac: string;
}

/** Author of a version, with its source. */
export interface Attribution {
  readonly door: VersionOrigin;
  readonly username?: string;
  /** Kind of the principal: `oidc`, `serviceaccount` … */
  readonly kind?: string;
  readonly credentialId?: string;
  readonly reason?: string;
  readonly auditId?: string;
  /** User who requested a rotation, or the author of its policy. */
  readonly onBehalfOf?: string;
  /** Version that a restore brought back. */
  readonly restoredFrom?: number;
  /** Last field manager of an external change. */
  readonly fieldManager?: string;
}

/** A version without its values. */
export interface VersionMetadata {
  readonly version: number;
  readonly state: VersionState;
  readonly secretUid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  readonly keys: readonly VersionKey[];
  readonly attribution: Attribution;
  /** Whether states before it were missed. */
  readonly isGap: boolean;
  /** Whether a rotation has ended the credential in it. */
  readonly isRetired: boolean;
  readonly createdMs: number;
  /** Time of its deletion or destruction. */
  readonly endedMs: number | undefined;
}

/** Version with all distinguishing content; lists omit the content, because it can be large. */
export interface ComparedVersion extends VersionMetadata {
  readonly annotations: readonly VersionAnnotation[];
}

/** Sealed payload, as stored in the database. */
export interface SealedPayload {
  /** ID of the key-encryption key. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  /** Nonce, ciphertext and tag. */
  readonly ciphertext: Uint8Array;
}

/** Whole history. */
export interface History extends HistoryRef {
  readonly id: number;
  /** Highest number ever assigned. */
  readonly lastVersion: number;
  /** Version of the live object; undefined while there is none. */
  readonly currentVersion: number | undefined;
  /** Previously current version. */
  readonly previousVersion: number | undefined;
  /** A version that a rotation prepares. */
  readonly pendingVersion: number | undefined;
  /** Uid of the live object, or of the last object. */
  readonly secretUid: string;
  readonly resourceVersion: string;
  /** Time of the live object's deletion; undefined while there is a live object. */
  readonly deletedMs: number | undefined;
}
