/** Limits on reads of anchors and acceptances, with units in the names. */
export const anchorLimits = {
  /** Anchors: destinations that receive checkpoints. */
  auditAnchorsMax: 8,
  auditAnchorMsMax: 10_000,
  /** At start, before the gateway serves any request. */
  auditAnchorReadMsMax: 5_000,
  auditAnchorBackoffMsMax: 60_000,
  /** Bytes of an anchor file, from its end, that are searched for checkpoints; bytes of a piece. */
  auditAnchorReadBytesMax: 16 * 1024 * 1024,
  auditAnchorPieceBytes: 64 * 1024,
  /** Size of the longest checkpoint record, which contains the name of the log twice. */
  auditAnchorRecordBytesMax: 4 * 1024,
  /** The newest, and the largest, checkpoints read in the searched part of a file. */
  auditAnchorNotesMax: 256,
  /** Signatures that are checked for each of these checkpoints. */
  auditAnchorSignaturesMax: 1_024,
  /** Between checks whether a checkpoint must be sent to an anchor. */
  auditAnchorTickMs: 1_000,
  /** Longest time between anchorings by a process, even if another process is said to anchor. */
  auditAnchorAloneMs: 10 * 60_000,
  /** How long a stop waits for the last checkpoint to reach its anchors. */
  auditAnchorStopMsMax: 2_000,
  /** Between checks of anchors that are unreadable or that do not fit the log. */
  auditRollbackLookMs: 10_000,
  /** Acceptances that are read, newest first: older ones concern anchors replaced long ago. */
  auditAcceptancesMax: 1_000,
  /** Acceptances without a valid statement that are named individually. */
  auditAcceptancesNamedMax: 8,
} as const;
