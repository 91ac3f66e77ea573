/** Limits on histories, with units in the names. */
export const versionLimits = {
  /** Calls of a watch that one event of the audit trail announces. */
  recordedIdsMax: 60,
  /** How long after the announcement such a call may be made; a watch makes one every 15 s. */
  announcedIdMsMax: 15 * 60_000,
  /** Aliases of a user for versions of one Secret; a version with an alias is not pruned. */
  versionAliasesMax: 32,
  /** Comparisons of versions in one GraphQL request. */
  versionDiffsMax: 100,
  /** Secrets that one restore of a namespace covers, and that are restored concurrently. */
  namespaceRestoreSecretsMax: 1_000,
  namespaceRestoresAtOnceMax: 8,
  /** Writes to histories that wait for the thread of a SQLite file, and how long each waits. */
  versionWritesMax: 1_000,
  versionWriteMsMax: 30_000,
  /** Bytes that are read together to be rewrapped. */
  versionReadBytesMax: 16 * 1024 * 1024,
  /** Rows of histories in one statement. */
  versionRowsAtOnceMax: 500,
  /** Namespace over its quota: histories checked first, histories pruned, and rounds. */
  versionQuotaLargestMax: 64,
  versionQuotaHistoriesMax: 8,
  versionQuotaRoundsMax: 64,
  /** How long an exhausted namespace counts as such, and the number of such namespaces. */
  versionQuotaExhaustedMs: 5_000,
  versionQuotaExhaustedMax: 1_000,
  /** Between tries to truncate remains of destroyed versions in SQLite's write-ahead log. */
  versionEraseEveryMs: 1_000,
  /** How long such a try may block other writers. */
  versionEraseBusyMsMax: 50,
  /** How long a write waits for its version number. */
  versionWaitMsMax: 1_000,
  /** How long a write waits before it checks whether its state has had a number before. */
  versionSoonMs: 100,
  /** How long a state waits for an active write to report whether it led to the state. */
  versionHeldMsMax: 2_000,
  /** States that wait to be recorded; a watch is read further only if there is room. */
  versionQueueStatesMax: 2_000,
  versionQueueBytesMax: 32 * 1024 * 1024,
  versionBatchStatesMax: 64,
  versionBatchBytesMax: 4 * 1024 * 1024,
  /** How often a batch is sealed again because other replicas were faster. */
  versionRacesMax: 8,
  /** Between records of a watch's position; after a crash, later events arrive again. */
  versionCursorEveryMs: 500,
  versionBackoffMsMin: 100,
  versionBackoffMsMax: 5_000,
  /** Cached newest versions of histories. */
  versionHeadsKeptMax: 20_000,
  versionHeadsKeptMs: 10 * 60_000,
  versionHeadsPage: 500,
  /** Cached history details of states that were read recently. */
  versionInfosKeptMax: 20_000,
  versionInfosKeptMs: 60_000,
  /** Gateway writes whose state has not arrived by the watch, or arrived before they knew. */
  versionOwnWritesMax: 10_000,
  versionOwnWritesKeptMs: 5 * 60_000,
  /** Concurrent queries about the namespaces of states. */
  versionNamespacesAtOnceMax: 8,
  /** If less space is free, no history is recorded: the audit log continues with the remainder. */
  versionFreeBytesMin: 32 * 1024 * 1024,
  /** How long after its response an external write may have become a version. */
  versionOutsideLagMs: 2_000,
  /**
   * How long reports of an external write are collected before one is believed: API servers send
   * batches that wait for up to 30 s.
   * https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#batching
   */
  versionOutsideGatheredMs: 35_000,
  /** How long they are retained after that, for late reports; and between checks. */
  versionOutsideKeptMs: 5 * 60_000,
  versionOutsideLookMs: 1_000,
  versionOutsideWritesMax: 10_000,
  /** Parts of one run that deletes old versions, and namespaces that are queried. */
  versionSweepBatchesMax: 20,
  versionSweepNamespacesMax: 50,
  versionPrunesNotedMs: 10_000,
  versionPrunesNotedMax: 1_000,
  /** Histories whose MACs are compared before other work runs. */
  historiesCheckedAtOnceMax: 20,
  /** Namespaces whose states are skipped, and how long after the last state that is reported. */
  versionSkipsNotedMax: 1_000,
  versionSkipsShownMs: 10 * 60_000,
} as const;
