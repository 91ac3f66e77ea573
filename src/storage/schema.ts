/** One audit event; API.md section 9. A write has two: its intent and its outcome. */
export interface AuditEntryTable {
  readonly leaf_index: number;
  readonly stage: 'single' | 'intent' | 'outcome';
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
  /** Each name between line feeds, so that one `instr` finds a whole name or a prefix. */
  readonly groups: string;
  readonly keys: string;
  readonly marks: string;
  /** An intent's outcome, once that is written. */
  readonly outcome_index: number | null;
  /** RFC 6962 leaf hash of `event`. */
  readonly leaf_hash: Uint8Array;
  /** The stored event, verbatim. */
  readonly event: Uint8Array;
}

/** The number of entries, in its only row: the next leaf index. */
export interface AuditHeadTable {
  readonly id: 1;
  readonly size: number;
}

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
}

export interface Schema {
  readonly access_tokens: AccessTokenTable;
  readonly audit_entries: AuditEntryTable;
  readonly audit_head: AuditHeadTable;
  readonly idempotency_records: IdempotencyRecordTable;
}
