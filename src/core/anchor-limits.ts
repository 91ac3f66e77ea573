/** Bounds of what is read of anchors and acceptances, with units in the names. */
export const anchorLimits = {
  /** Places that checkpoints are put to. */
  auditAnchorsMax: 8,
  auditAnchorMsMax: 10_000,
  /** At start, before anything is served. */
  auditAnchorReadMsMax: 5_000,
  auditAnchorBackoffMsMax: 60_000,
  /** How far back an anchor file is searched for checkpoints, in pieces of so many bytes. */
  auditAnchorReadBytesMax: 16 * 1024 * 1024,
  auditAnchorPieceBytes: 64 * 1024,
  /** The longest record of a checkpoint: the name of the log stands in it twice. */
  auditAnchorRecordBytesMax: 4 * 1024,
  /** Of the newest checkpoints, and of the largest ones, in the part of a file that is searched. */
  auditAnchorNotesMax: 256,
  /** Signatures that are checked for each of these. */
  auditAnchorSignaturesMax: 1_024,
  /** Between looks whether a checkpoint is to be put somewhere. */
  auditAnchorTickMs: 1_000,
  /** A process anchors at least so often, also where another one is said to do it. */
  auditAnchorAloneMs: 10 * 60_000,
  /** How long a stop waits for the last checkpoint to reach its anchors. */
  auditAnchorStopMsMax: 2_000,
  /** Between looks at anchors that could not be read, or that do not fit the log. */
  auditRollbackLookMs: 10_000,
  /** Acceptances that are looked at, newest first: older ones are about anchors long replaced. */
  auditAcceptancesMax: 1_000,
  /** Acceptances without a valid statement that are named one by one. */
  auditAcceptancesNamedMax: 8,
} as const;
