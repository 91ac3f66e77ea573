/** Bounds of histories, with their units in the names. */
export const versionLimits = {
  /** Calls of a watch that one event of the audit trail announces. */
  recordedIdsMax: 60,
  /** How long after it was announced such a call may be made; a watch is one every 15 s. */
  announcedIdMsMax: 15 * 60_000,
  /** Names of a user's own for versions of one Secret: what has one is not pruned. */
  versionAliasesMax: 32,
  /** Comparisons of versions in one GraphQL request. */
  versionDiffsMax: 100,
  /** Secrets that one restore of a namespace is about, and that are restored at a time. */
  namespaceRestoreSecretsMax: 1_000,
  namespaceRestoresAtOnceMax: 8,
  /** Writes to histories that wait for the thread of a SQLite file, and how long for one. */
  versionWritesMax: 1_000,
  versionWriteMsMax: 30_000,
  /** Of what is read to be rewrapped at a time. */
  versionReadBytesMax: 16 * 1024 * 1024,
  /** Rows of histories that one statement takes. */
  versionRowsAtOnceMax: 500,
  /** Of a namespace over its quota: histories looked at first, those that give, and how often. */
  versionQuotaLargestMax: 64,
  versionQuotaHistoriesMax: 8,
  versionQuotaRoundsMax: 64,
  /** How long it is taken for certain that a namespace has nothing to give, and of how many. */
  versionQuotaExhaustedMs: 5_000,
  versionQuotaExhaustedMax: 1_000,
  /** Between tries to cut off what is left of destroyed versions in SQLite's write-ahead log. */
  versionEraseEveryMs: 1_000,
  /** How long such a try may hold up others that write. */
  versionEraseBusyMsMax: 50,
  /** How long a write waits for the number of its version. */
  versionWaitMsMax: 1_000,
  /** After that it looks whether the state that it led to has a number for long. */
  versionSoonMs: 100,
  /** How long a state waits for a write under way to say whether it led there. */
  versionHeldMsMax: 2_000,
  /** States that wait to be recorded; a watch is read on only when there is room. */
  versionQueueStatesMax: 2_000,
  versionQueueBytesMax: 32 * 1024 * 1024,
  versionBatchStatesMax: 64,
  versionBatchBytesMax: 4 * 1024 * 1024,
  /** How often a batch is sealed anew because other replicas were faster. */
  versionRacesMax: 8,
  /** Between notes of how far a watch was followed; what came since comes again after a crash. */
  versionCursorEveryMs: 500,
  versionBackoffMsMin: 100,
  versionBackoffMsMax: 5_000,
  /** Ends of histories that are kept in memory. */
  versionHeadsKeptMax: 20_000,
  versionHeadsKeptMs: 10 * 60_000,
  versionHeadsPage: 500,
  /** Of states that were read lately, what history says of them. */
  versionInfosKeptMax: 20_000,
  versionInfosKeptMs: 60_000,
  /** Writes of the gateway whose state has not come by the watch yet, or came before they knew. */
  versionOwnWritesMax: 10_000,
  versionOwnWritesKeptMs: 5 * 60_000,
  /** Questions about namespaces that states are of. */
  versionNamespacesAtOnceMax: 8,
  /** Less room than this and no history is recorded: the audit log goes on with what is left. */
  versionFreeBytesMin: 32 * 1024 * 1024,
  /** How long after its answer a write from outside may have become a version. */
  versionOutsideLagMs: 2_000,
  /**
   * How long its reports are gathered before one is believed: API servers send theirs in batches
   * that wait for up to 30 s. https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#batching
   */
  versionOutsideGatheredMs: 35_000,
  /** How long they are kept after that, for those that come late; and between looks. */
  versionOutsideKeptMs: 5 * 60_000,
  versionOutsideLookMs: 1_000,
  versionOutsideWritesMax: 10_000,
  /** Of one run of what takes old versions away: parts of it, and namespaces that are asked for. */
  versionSweepBatchesMax: 20,
  versionSweepNamespacesMax: 50,
  versionPrunesNotedMs: 10_000,
  versionPrunesNotedMax: 1_000,
  /** Histories whose MACs are compared before others get their turn. */
  historiesCheckedAtOnceMax: 20,
  /** Namespaces whose states are left out, and how long after the last of them that is said. */
  versionSkipsNotedMax: 1_000,
  versionSkipsShownMs: 10 * 60_000,
} as const;
