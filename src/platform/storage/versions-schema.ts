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
  /** The latest pruned state: states observed here up to it are not recorded again. */
  readonly pruned_version: number | null;
  readonly pruned_uid: string | null;
  readonly pruned_resource_version: string | null;
  /** `MultisetDigest` over the states of its versions and its aliases. */
  readonly digest: Uint8Array | null;
  /** Over the marks and the digest; null if one was not the gateway's, and then always null. */
  readonly mac: Uint8Array | null;
  /** Resource version of the first state without room since the last version. */
  readonly missed_resource_version: string | null;
  /** Size of its versions: the largest history of a namespace is pruned first. */
  readonly history_bytes: Generated<number>;
}

/** Version without its values, which are a row of `version_payloads` with the same id. */
export interface SecretVersionTable {
  readonly id: Generated<number>;
  readonly history_id: number;
  readonly version: number;
  readonly namespace_uid: string;
  readonly state: 'live' | 'deleted' | 'destroyed';
  /** 1: current, previous or pending, so that no retention deletes it. */
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
  /** Time of deletion or destruction. */
  readonly ended_ms: number | null;
  /** Time in which it was current; null from the start if it never was. */
  readonly since_ms: number | null;
  readonly until_ms: number | null;
  /** Size with its payload. */
  readonly bytes: number;
  readonly fingerprint: Uint8Array;
  /** Over the version and its author at its creation. */
  readonly mac: Uint8Array | null;
  /** Base64 of a MAC over that MAC, and over the version's later state. */
  readonly state_mac: string | null;
}

/** Sealed values. On SQLite a view; slots contain the wrapped keys (0010-key-slots). */
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

/** Size of all histories of a namespace. Writers of histories lock this row first. */
export interface HistoryNamespaceTable {
  readonly namespace_uid: string;
  readonly bytes: number;
}

/** Position of a watch. */
export interface WatchCursorTable {
  readonly name: string;
  readonly resource_version: string;
  readonly mac: Uint8Array | null;
}

/** Key-encryption key: never the key itself, at most as wrapped by a key service. */
export interface EncryptionKeyTable {
  readonly id: string;
  readonly provider: string;
  readonly state: 'active' | 'decrypt-only' | 'retired';
  readonly created_ms: number;
  /** Data keys that the key has wrapped. */
  readonly wraps: number;
  /** Known plaintext, sealed with the key: identifies whether the available key is this key. */
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
