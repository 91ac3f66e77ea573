import type { SecretRef, StringMap } from '../../secrets/domain/secret.js';

export type VersionState = 'live' | 'deleted' | 'destroyed';

/** By which way a state came about. */
export type VersionOrigin = 'rest' | 'graphql' | 'kubectl' | 'rotation' | 'restore' | 'external';

/** Whose history: that of a name in a namespace, which is another one once it was made anew. */
export interface HistoryRef extends SecretRef {
  readonly namespaceUid: string;
}

/** A key of a version, without its value. */
export interface VersionKey {
  readonly name: string;
  readonly sizeBytes: number;
  /** The version in which these bytes last changed. */
  readonly version: number;
  /** Base64 of a keyed MAC of the bytes: tells equal from different, and nothing else. */
  readonly mac: string;
}

/** An annotation of a version, without its value. */
export interface VersionAnnotation {
  readonly name: string;
  /** As that of a key. */
  readonly mac: string;
}

/** Who made a version, and how that is known. */
export interface Attribution {
  readonly door: VersionOrigin;
  readonly username?: string;
  /** Of the principal: `oidc`, `serviceaccount` … */
  readonly kind?: string;
  readonly credentialId?: string;
  readonly reason?: string;
  readonly auditId?: string;
  /** Of a rotation: who asked for it, or answers for its policy. */
  readonly onBehalfOf?: string;
  /** Version that a restore brought back. */
  readonly restoredFrom?: number;
  /** Of a change behind the gateway's back: the field manager that wrote last. */
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
  /** States before it were missed. */
  readonly isGap: boolean;
  /** A rotation has ended the credential that it holds. */
  readonly isRetired: boolean;
  readonly createdMs: number;
  /** When it was deleted or destroyed. */
  readonly endedMs: number | undefined;
}

/** A version with all that tells it apart from another; lists leave that out, it can be much. */
export interface ComparedVersion extends VersionMetadata {
  readonly annotations: readonly VersionAnnotation[];
}

/** What is sealed, as it lies in the database. */
export interface SealedPayload {
  /** Of the key-encryption key. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  /** Nonce, ciphertext and tag. */
  readonly ciphertext: Uint8Array;
}

/** A history as a whole. */
export interface History extends HistoryRef {
  readonly id: number;
  /** The highest number ever given. */
  readonly lastVersion: number;
  /** That of the live object; undefined while there is none. */
  readonly currentVersion: number | undefined;
  /** What was current before. */
  readonly previousVersion: number | undefined;
  /** A version that a rotation prepares. */
  readonly pendingVersion: number | undefined;
  /** Of the live object, or of the last one. */
  readonly secretUid: string;
  readonly resourceVersion: string;
  /** When the live object went; undefined while there is one. */
  readonly deletedMs: number | undefined;
}
