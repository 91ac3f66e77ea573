/** Limits on the queue of the audit log in PostgreSQL, with units in the names. */
export const auditQueueLimits = {
  /** Entries that one statement integrates: each has at most `auditEventBytesMax`. */
  auditSequenceEntriesMax: 256,
  /** With more entries of a process in the queue, each of its batches waits before it is queued. */
  auditQueuedEntriesUnslowed: 16_384,
  /** This pause is for twice as many entries, and grows with them. */
  auditQueuedPauseMs: 200,
  auditQueuedPauseMsMax: 1_000,
  /** With so many entries of a process in the queue, it appends nothing. */
  auditQueuedEntriesMax: 1_048_576,
  /** The sequencer collects entries for this time, and looks for those of other processes. */
  auditSequenceEveryMs: 50,
  /** Without a batch for this time, another process becomes the sequencer. */
  auditSequencerLeaseMs: 3_000,
  /** Between two attempts to become the sequencer, or to renew the lease. */
  auditSequencerPollMs: 1_000,
  /** A search waits this long until entries that were written before it are integrated. */
  auditIntegratedMsMax: 5_000,
  auditIntegratedPollMs: 20,
  /** At its end, a process integrates what it has queued, for at most this time. */
  auditSequencerStopMsMax: 2_000,
  /** A chain that has not grown for this time is deleted; its entries are in the log. */
  auditChainIdleMs: 24 * 60 * 60_000,
  /** A writer that has not written for this time begins a new chain: far before the former ends. */
  auditChainRenewedMs: 60 * 60_000,
  /** Entries of one span: it grows while only one process writes. */
  auditSpanEntriesMax: 65_536,
  /** Spans are deleted after this time; no call lasts as long. */
  auditSpanKeptMs: 7 * 24 * 60 * 60_000,
  /** Between two deletions of idle chains, and searches for entries of no chain. */
  auditChainsTidiedMs: 60_000,
} as const;
