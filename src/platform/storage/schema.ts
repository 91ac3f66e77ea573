import type { AuditLogEntry } from './audit-log-entry.js';
import type { AuditQueueSchema } from './audit-queue-schema.js';
import type { BackgroundLeasesSchema } from './background-leases-schema.js';
import type { CustomResourcesSchema } from './custom-resources-schema.js';
import type { RotationSchema } from './rotation-schema.js';
import type { SealingSchema } from './sealing-schema.js';
import type { VersionsSchema } from './versions-schema.js';

/** Columns by which searches find an entry. */
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

/** PostgreSQL's entries have their own columns, and its own indexes. */
export type AuditEntryTable = AuditLogEntry & AuditSearchColumns;

/**
 * Entries of SQLite, which a separate database indexes. They have no columns but these; older
 * entries have all columns.
 */
export interface SqliteAuditEntry extends AuditLogEntry {
  /** If the event cannot contain its own time: when it was written. */
  readonly time_ms: number | null;
  /** Action of an event about the log itself. */
  readonly action: string | null;
  readonly written_ms: number | null;
}

/** Entries in either dialect: columns that one dialect lacks are null or absent. */
export type AuditEntries = AuditLogEntry & {
  readonly [C in keyof AuditSearchColumns]?: AuditSearchColumns[C] | null | undefined;
} & { readonly written_ms?: number | null | undefined };

/** Name of an entry that is not joined, for properties with many values. Inserted only. */
export interface AuditNameTable {
  /**
   * `upstream`: id of a call to the cluster, which joins the cluster's own events. `late`: an event
   * (without a name) out of time order, for searches by time.
   */
  readonly kind: 'key' | 'group' | 'mark' | 'upstream' | 'late';
  readonly name: string;
  readonly call_index: number;
  readonly leaf_index: number;
}

/** The log's only row that changes. */
export interface AuditHeadTable {
  readonly id: 1;
  /** The number of entries ever written: the next leaf index. */
  readonly size: number;
  /** Entries with a smaller leaf index are deleted; a multiple of 256. */
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
  /** The signed note, as published. */
  readonly note: string;
  readonly signed_ms: number;
}

/** Position of a sink, and the process that feeds it. */
export interface AuditOutboxTable {
  readonly sink: string;
  /** The next leaf index for the sink. */
  readonly next_index: number;
  /** The process that feeds the sink, until then; afterwards another takes over. */
  readonly lease_owner: string | null;
  readonly lease_until_ms: number;
  /** Over position and sink: advancing a sink would hide entries from it. */
  readonly mac: RowMacColumn;
}

/** Entry that a sink did not accept. */
export interface AuditDeadLetterTable {
  readonly sink: string;
  readonly leaf_index: number;
  readonly reason: string;
  readonly time_ms: number;
}

/** `RowMac` over the contents of the row; null if an earlier version of the gateway wrote it. */
export type RowMacColumn = Uint8Array | null;

export interface IdempotencyRecordTable {
  readonly credential_id: string;
  readonly route: string;
  readonly key: string;
  readonly fingerprint: Uint8Array;
  readonly state: 'running' | 'done' | 'unknown';
  /** The process that runs it: a record left running by another process has an unknown outcome. */
  readonly boot_id: string;
  readonly answer: string | null;
  readonly created_ms: number;
  readonly mac: RowMacColumn;
}

/** Gateway token; the token itself is never stored. */
export interface AccessTokenTable {
  readonly id: string;
  /** SHA-256 of its secret. */
  readonly secret_hash: Uint8Array;
  readonly description: string;
  readonly owner_username: string;
  readonly owner_uid: string;
  /** JSON: the impersonated user, the users whose rights it depends on, and its scope. */
  readonly subject: string;
  readonly acting: string;
  readonly scope: string;
  /** JSON list of the namespaces of its scope; null if it has none, or a glob. */
  readonly namespaces: string | null;
  /** The token that created it. */
  readonly parent_id: string | null;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly last_used_ms: number | null;
  readonly mac: RowMacColumn;
}

/** Details of a revoked token; deleted when the token would have expired. */
export interface RevokedTokenTable extends Omit<
  AccessTokenTable,
  'secret_hash' | 'acting' | 'namespaces'
> {
  readonly revoked_ms: number;
}

export interface Schema
  extends
    AuditQueueSchema,
    BackgroundLeasesSchema,
    CustomResourcesSchema,
    RotationSchema,
    SealingSchema,
    VersionsSchema {
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
