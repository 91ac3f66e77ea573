import type { Generated } from 'kysely';

/** All versions of the Secrets of one name in one namespace. */
export interface SecretHistoryTable {
  readonly id: Generated<number>;
  readonly namespace_uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly last_version: number;
  readonly current_version: number | null;
  readonly previous_version: number | null;
  readonly pending_version: number | null;
  readonly secret_uid: string;
  readonly resource_version: string;
  readonly deleted_ms: number | null;
  /** The latest state that is pruned: what is no later than it was here, and is not taken again. */
  readonly pruned_version: number | null;
  readonly pruned_uid: string | null;
  readonly pruned_resource_version: string | null;
  /** `MultisetDigest` over the states of its versions and its aliases. */
  readonly digest: Uint8Array | null;
  /** Over the marks and the digest; null where one was not the gateway's: that stays so. */
  readonly mac: Uint8Array | null;
  /** Of the first state since the last version that there was no room for. */
  readonly missed_resource_version: string | null;
  /** What its versions take: the largest history of a namespace gives way first. */
  readonly history_bytes: Generated<number>;
}

/** A version without its values; they are a row of `version_payloads` with the same id. */
export interface SecretVersionTable {
  readonly id: Generated<number>;
  readonly history_id: number;
  readonly version: number;
  readonly namespace_uid: string;
  readonly state: 'live' | 'deleted' | 'destroyed';
  /** 1: current, previous or pending, so that no retention takes it. */
  readonly held: number;
  readonly secret_uid: string;
  readonly resource_version: string;
  readonly type: string;
  readonly immutable: number;
  /** JSON object. */
  readonly labels: string;
  /** JSON list of `VersionKey`. */
  readonly keys: string;
  /** JSON list of `VersionAnnotation`. */
  readonly annotations: string;
  readonly door: string;
  readonly username: string | null;
  readonly user_kind: string | null;
  readonly credential_id: string | null;
  readonly reason: string | null;
  readonly audit_id: string | null;
  readonly field_manager: string | null;
  readonly on_behalf_of: string | null;
  readonly restored_from: number | null;
  readonly is_gap: number;
  readonly is_retired: number;
  readonly created_ms: number;
  /** When it was deleted or destroyed. */
  readonly ended_ms: number | null;
  /** When it was current; null from the start where it never was. */
  readonly since_ms: number | null;
  readonly until_ms: number | null;
  /** What it takes, with its payload. */
  readonly bytes: number;
  readonly fingerprint: Uint8Array;
  /** Over what the version was when it was made, and who made it. */
  readonly mac: Uint8Array | null;
  /** Base64 of a MAC over that MAC, and over what became of the version since. */
  readonly state_mac: string | null;
}

/** Sealed values. On SQLite a view, behind which wrapped keys lie in slots (0010-key-slots). */
export interface VersionPayloadTable {
  readonly id: number;
  readonly key_id: string;
  readonly wrapped_key: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Names that users gave to versions. */
export interface VersionAliasTable {
  readonly history_id: number;
  readonly alias: string;
  readonly version: number;
  readonly mac: Uint8Array | null;
}

/** What all histories of a namespace take. Its row is what their writers lock first. */
export interface HistoryNamespaceTable {
  readonly namespace_uid: string;
  readonly bytes: number;
}

/** How far a watch was followed. */
export interface WatchCursorTable {
  readonly name: string;
  readonly resource_version: string;
  readonly mac: Uint8Array | null;
}

/** A key-encryption key: never the key itself, at most as a key service wrapped it. */
export interface EncryptionKeyTable {
  readonly id: string;
  readonly provider: string;
  readonly state: 'active' | 'decrypt-only' | 'retired';
  readonly created_ms: number;
  /** Data keys that it has wrapped. */
  readonly wraps: number;
  /** Something known, sealed with it: tells whether the key at hand is this one. */
  readonly canary: Uint8Array;
  readonly wrapped: Uint8Array | null;
}

export interface VersionsSchema {
  readonly encryption_keys: EncryptionKeyTable;
  readonly history_namespaces: HistoryNamespaceTable;
  readonly secret_histories: SecretHistoryTable;
  readonly secret_versions: SecretVersionTable;
  readonly version_aliases: VersionAliasTable;
  readonly version_payloads: VersionPayloadTable;
  readonly watch_cursors: WatchCursorTable;
}
