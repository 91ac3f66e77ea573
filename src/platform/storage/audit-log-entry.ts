/**
 * Entry of the audit log (docs/audit.md). Rows are only inserted. A write has two: its intent and
 * its outcome. Lists contain the outcome, or the intent while there is no outcome.
 */
export interface AuditLogEntry {
  readonly leaf_index: number;
  /** `joined`: another entry about a call that a different entry lists; never listed itself. */
  readonly stage: 'single' | 'intent' | 'outcome' | 'joined';
  /** Leaf index of the entry that began the call: its own, or its intent's. */
  readonly call_index: number;
  /** Observer: this gateway, or the cluster's own audit. */
  readonly source: 'gateway' | 'cluster';
  /** RFC 6962 leaf hash of `event`. */
  readonly leaf_hash: Uint8Array;
  /** The stored event, verbatim. */
  readonly event: Uint8Array;
  /** MAC by the gateway that appended the entry here; null for entries older than MACs. */
  readonly mac: Uint8Array | null;
}
