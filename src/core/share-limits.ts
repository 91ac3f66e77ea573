/** Limits on shares; each is named after its subject. */
export const shareLimits = {
  keysMax: 16,
  consumersMax: 16,
  subjectsMax: 16,
  /** Characters of `adopt`. */
  adoptMax: 256,
  /** How long the gateway relies on a check of an author's rights. */
  authorCheckedMs: 5_000,
  problemCheckedMs: 1_000,
  /** Shares whose state is remembered. */
  statesMax: 10_000,
  /** Age of a share, as the cluster has confirmed it, above which a read asks the cluster. */
  shareConfirmedMs: 1_500,
  /** Shares and imports whose confirmation is remembered. */
  confirmedMax: 10_000,
  importConfirmedMs: 3_600_000,
  /** Imports whose values a request of GraphQL reads. */
  importsReadMax: 100,
  /** Tries of a read whose share changes meanwhile, or whose first use another replica records. */
  readTriesMax: 3,
  /** Statuses of imports that are written concurrently, and copies whose rights are checked. */
  statusesAtOnceMax: 4,
  rechecksAtOnceMax: 4,
  /** How long a status waits for copies, and how often it looks for their end. */
  statusLateMsMax: 5_000,
  statusPolledMs: 50,
  /** Tries of a copy whose target changes meanwhile. */
  copyTriesMax: 3,
  /** How long after its request a Secret may be created: API servers end requests after 60 s. */
  creationLateMsMax: 75_000,
  /** Tries to record a use of a share, whose other consumers record theirs. */
  pinTriesMax: 32,
  /** How long a replica that begins waits for objects, and for the end of ended copies. */
  copyObjectsAwaitedMsMax: 5_000,
  copyEndsAwaitedMsMax: 5_000,
  copyStartPolledMs: 50,
  /** How often copies and shares are checked again without a change, and how many of them. */
  recheckedMs: 5_000,
  recheckedAtOnceMax: 50,
  sharesRecheckedAtOnceMax: 25,
  /** How many of them with questions to the cluster that other objects could share. */
  copiesRecheckedExactlyMax: 5,
  sharesRecheckedExactlyMax: 2,
  /** How often all accounts of authors are checked, and how many of them in `recheckedMs`. */
  authorAccountsCheckedMs: 5_000,
  authorAccountsAtOnceMax: 75,
  /** Likewise for rights: while changes of RBAC are watched, and while they are not. */
  authorRightsCheckedMs: 10_000,
  authorRightsAtOnceMax: 10,
  authorRightsUnwatchedMs: 5_000,
  authorRightsUnwatchedAtOnceMax: 75,
  /** How long a replica that stops writes the statuses that wait. */
  statusesEndedMsMax: 2_000,
  /** How often the rotation at the end of a share is looked at. */
  endRotationCheckedMs: 1_000,
  /** How long changes of RBAC are gathered, and after which time their effect is checked again. */
  rbacGatheredMs: 1_500,
  rbacSettledMs: 2_500,
  /** How often expiries are compared with the clock. */
  expiryCheckedMs: 250,
  /** Records that are read together. */
  recordsPageMax: 500,
  /** How often the gateway saves which reads of shares there were. */
  readsSavedEveryMs: 5_000,
  /** Shares and consumers whose last read is not saved yet; further ones are not recorded. */
  readsUnsavedMax: 10_000,
  /** Shares whose reads are saved concurrently. */
  readsSavedAtOnceMax: 8,
  /** Tries to save the reads of a share, of which others record uses meanwhile. */
  readsSaveTriesMax: 3,
  /** Concurrent streams of imports: in all, of an owner, of an address. */
  importStreamsMax: 512,
  importStreamsPerUserMax: 64,
  importStreamsPerAddressMax: 256,
  /** Imports of a namespace that a stream sends. */
  streamedImportsMax: 256,
  /** Concurrent looks of all streams at their imports. */
  importLooksAtOnceMax: 8,
  /** Between looks at imports without a change: rights and times end without an event. */
  importStreamLookMs: 4_000,
  /** Collects changes that come together. */
  importStreamPauseMs: 200,
  /** Bytes of the body of a write. */
  bodyBytesMax: 64 * 1_024,
} as const;
