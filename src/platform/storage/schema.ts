import type { RotationSchema } from './rotation-schema.js';
import type { VersionsSchema } from './versions-schema.js';

/**
 * One entry of the audit log; API.md section 9. Inserted only. A write has two, its intent and its
 * outcome; it is listed by its outcome, or by its intent while there is none.
 */
export interface AuditLogEntry {
  readonly leaf_index: number;
  /** `joined`: one more entry about a call that is listed by another; itself never listed. */
  readonly stage: 'single' | 'intent' | 'outcome' | 'joined';
  /** Leaf index of the entry that the call began with: its own, or that of its intent. */
  readonly call_index: number;
  /** Who saw it: this gateway, or the cluster's own audit. */
  readonly source: 'gateway' | 'cluster';
  /** RFC 6962 leaf hash of `event`. */
  readonly leaf_hash: Uint8Array;
  /** The stored event, verbatim. */
  readonly event: Uint8Array;
  /** Of a gateway that has appended the entry here; null of entries from before MACs. */
  readonly mac: Uint8Array | null;
}

/** What an entry is found by. */
export interface AuditSearchColumns {
  readonly audit_id: string;
  readonly time_ms: number;
  readonly user: string;
  readonly credential_id: string | null;
  readonly namespace: string | null;
  readonly secret: string | null;
  readonly source_ip: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly plane: string;
  /** Each name between line feeds. */
  readonly groups: string;
  readonly keys: string;
  readonly marks: string;
}

/** PostgreSQL's entries have their columns with them, and its own indexes. */
export type AuditEntryTable = AuditLogEntry & AuditSearchColumns;

/**
 * SQLite's are found in a database of their own, and have no columns but these; older ones have
 * them all.
 */
export interface SqliteAuditEntry extends AuditLogEntry {
  /** Where the event cannot say when it happened: when it was written. */
  readonly time_ms: number | null;
  /** Of an event that tells of the log itself. */
  readonly action: string | null;
  readonly written_ms: number | null;
}

/** Entries in either dialect: what one of them may lack is null or not there. */
export type AuditEntries = AuditLogEntry & {
  readonly [C in keyof AuditSearchColumns]?: AuditSearchColumns[C] | null | undefined;
} & { readonly written_ms?: number | null | undefined };

/** A name of an entry that is no joined one, for what a call has many of. Inserted only. */
export interface AuditNameTable {
  /**
   * `upstream`: id of a call to the cluster, by which the cluster's own events are joined. `late`:
   * an event (without a name) out of the order of time, for searches by time.
   */
  readonly kind: 'key' | 'group' | 'mark' | 'upstream' | 'late';
  readonly name: string;
  readonly call_index: number;
  readonly leaf_index: number;
}

/** The log's only row of what changes. */
export interface AuditHeadTable {
  readonly id: 1;
  /** The number of entries ever written: the next leaf index. */
  readonly size: number;
  /** Entries with a smaller leaf index are gone; a multiple of 256. */
  readonly pruned_below: number;
  /** Entries with a smaller leaf index may have no MAC, which `macs_mac` proves; null: none. */
  readonly macs_from: number | null;
  readonly macs_mac: Uint8Array | null;
}

/** A full tile of the Merkle tree: 256 hashes of 32 bytes. Inserted only. */
export interface AuditTileTable {
  readonly level: number;
  readonly tile_index: number;
  readonly hashes: Uint8Array;
}

/** A signed tree head. Inserted only. */
export interface AuditCheckpointTable {
  readonly size: number;
  readonly root: Uint8Array;
  /** The signed note, as it is published. */
  readonly note: string;
  readonly signed_ms: number;
}

/** How far a sink has been fed, and which process feeds it. */
export interface AuditOutboxTable {
  readonly sink: string;
  /** The leaf index that it wants next. */
  readonly next_index: number;
  /** Of several processes the one that feeds it, until then; another takes over afterwards. */
  readonly lease_owner: string | null;
  readonly lease_until_ms: number;
  /** Over the place and the sink: whoever moves a sink on hides entries from it. */
  readonly mac: RowMacColumn;
}

/** An entry that a sink would not take. */
export interface AuditDeadLetterTable {
  readonly sink: string;
  readonly leaf_index: number;
  readonly reason: string;
  readonly time_ms: number;
}

/** `RowMac` over what the row decides; null where an earlier version of the gateway wrote it. */
export type RowMacColumn = Uint8Array | null;

export interface IdempotencyRecordTable {
  readonly credential_id: string;
  readonly route: string;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly state: 'running' | 'done' | 'unknown';
  /** The process that runs it: a record left running by another one has an unknown outcome. */
  readonly boot_id: string;
  readonly answer: string | null;
  readonly created_ms: number;
  readonly mac: RowMacColumn;
}

/** A token of the gateway's own; the token itself is nowhere. */
export interface AccessTokenTable {
  readonly id: string;
  /** SHA-256 of its secret. */
  readonly secret_hash: Uint8Array;
  readonly description: string;
  readonly owner_username: string;
  readonly owner_uid: string;
  /** JSON: whom it acts as, whose rights that hangs on, and what it is narrowed to. */
  readonly subject: string;
  readonly acting: string;
  readonly scope: string;
  /** JSON list of the namespaces of its scope; null where that has none, or a glob. */
  readonly namespaces: string | null;
  /** The token that minted it. */
  readonly parent_id: string | null;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly last_used_ms: number | null;
  readonly mac: RowMacColumn;
}

/** What a token was that is revoked; it goes when it would have expired. */
export interface RevokedTokenTable extends Omit<
  AccessTokenTable,
  'secret_hash' | 'acting' | 'namespaces'
> {
  readonly revoked_ms: number;
}

export interface Schema extends RotationSchema, VersionsSchema {
  readonly access_tokens: AccessTokenTable;
  readonly audit_checkpoints: AuditCheckpointTable;
  readonly audit_dead_letters: AuditDeadLetterTable;
  readonly audit_entries: AuditEntries;
  readonly audit_head: AuditHeadTable;
  readonly audit_names: AuditNameTable;
  readonly audit_outbox: AuditOutboxTable;
  readonly audit_tiles: AuditTileTable;
  readonly idempotency_records: IdempotencyRecordTable;
  readonly revoked_tokens: RevokedTokenTable;
}
