import type { AuditLogEntry } from './audit-log-entry.js';

/** End of the chain of one writer; only that writer changes the row. */
export interface AuditChainTable {
  readonly writer: number;
  readonly sequence: number;
  /** Running hash after the last entry. */
  readonly hash: Uint8Array;
  readonly mac: Uint8Array;
  /** Last append, by the clock of the database. */
  readonly changed_ms: number;
}

/** Durable entry without a leaf index. Rows are inserted, and deleted once they are integrated. */
export interface AuditQueueTable {
  readonly writer: number;
  readonly sequence: number;
  readonly stage: AuditLogEntry['stage'];
  readonly source: AuditLogEntry['source'];
  /** Entry that began the call: by leaf index, or by writer and sequence; null: this one. */
  readonly call_index: number | null;
  readonly call_writer: number | null;
  readonly call_sequence: number | null;
  readonly event: Uint8Array;
  /** Running hash of the chain before this entry. */
  readonly previous: Uint8Array;
  readonly mac: Uint8Array;
}

/** How far the chain of a writer is in the log; only the sequencer changes the row. */
export interface AuditIntegratedTable {
  readonly writer: number;
  readonly sequence: number;
  readonly hash: Uint8Array;
  readonly mac: Uint8Array;
}

/** Entries of one writer that are in the log one after another. The last one grows. */
export interface AuditSpanTable {
  readonly first_leaf: number;
  readonly writer: number;
  readonly first_sequence: number;
  readonly entries: number;
  /** Running hash of the chain after the last of them. */
  readonly hash: Uint8Array;
  readonly mac: Uint8Array;
  /** Last integration, by the clock of the database. */
  readonly integrated_ms: number;
}

/** Lease of the process that gives leaf indexes. */
export interface AuditSequencerTable {
  readonly id: 1;
  /** Grows with each holder: a former holder's statements change nothing. */
  readonly epoch: number;
  readonly holder: string;
  readonly until_ms: number;
}

/** Tables of the queue of the audit log, in PostgreSQL only. */
export interface AuditQueueSchema {
  readonly audit_chains: AuditChainTable;
  readonly audit_queue: AuditQueueTable;
  readonly audit_integrated: AuditIntegratedTable;
  readonly audit_spans: AuditSpanTable;
  readonly audit_sequencer: AuditSequencerTable;
}
