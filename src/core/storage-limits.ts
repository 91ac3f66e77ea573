/** Limits on the database, with units in the names. */
export const storageLimits = {
  /** Queries that wait for the thread that reads a SQLite file. */
  sqliteReadsMax: 1_000,
  sqliteReadMsMax: 30_000,
  /** SQLite: prepared statements that a connection caches, and the size of each. */
  sqliteStatementsMax: 100,
  sqliteStatementLengthMax: 4_096,
  sqliteStatementBoundBytesMax: 16 * 1024,
  /** Pages of 4 KiB in SQLite's write-ahead log before a commit that a caller awaits moves them. */
  writeAheadPagesMax: 16_000,
  /** SQLite: entries of the audit log that its search index adds in one commit. */
  auditIndexBatchEntriesMax: 8_192,
  auditIndexBatchNamesMax: 64_000,
  auditIndexBatchBytesMax: 16 * 1024 * 1024,
  /** Entries that are in memory with their events. */
  auditIndexReadEntriesMax: 256,
  auditIndexEveryMs: 1_000,
  /** Niceness of the indexing thread: 19 yields most. */
  auditIndexNiceness: 5,
  /** How long a search waits until the index includes all earlier writes. */
  auditIndexWaitMsMax: 2_000,
  auditIndexWaitingMax: 1_000,
  /** If the index lacks this many entries, the log reports that it is being built. */
  auditIndexBehindTold: 20_000,
  auditIndexCacheKibMax: 32 * 1024,
  /** Approximate pages of the index's write-ahead log before they are written into the file. */
  auditIndexLogPagesMax: 8_192,
  auditIndexBackoffMsMin: 250,
  auditIndexBackoffMsMax: 10_000,
  /** Between two rebuilds of the index because a search found it damaged. */
  auditIndexDamagedMs: 60_000,
  auditIndexStopMsMax: 2_000,
  /** An index up to this size is read completely when it is opened. */
  auditIndexCheckedBytesMax: 64 * 1024 * 1024,
  /** If less space than this is free, only the log itself is written. */
  auditIndexFreeBytesMin: 1024 * 1024,
  auditIndexFreeBytesMax: 256 * 1024 * 1024,
  auditIndexFreeShareMin: 0.05,
  /** PostgreSQL: until a connection is open. */
  postgresConnectMsMax: 700,
  /** Until the database responds to a statement that a request waits for. */
  postgresStatementMsMax: 600,
  /** Limits on connecting and statements of background work, such as counts and exports. */
  postgresWorkConnectMsMax: 1_500,
  postgresWorkMsMax: 30_000,
  /** Until a start has a connection; also the limit for each statement of the start. */
  postgresStartMsMax: 5_000,
  /** Until a batch of the audit log is committed or refused. */
  postgresAppendMsMax: 1_200,
  /** Default and bounds of `storage.connectionsMax`: all connections of a gateway. */
  postgresConnectionsMax: 24,
  postgresConnectionsSettableMin: 16,
  postgresConnectionsSettableMax: 1_000,
  /** Share of the thread that appends to the audit log and sequences it. */
  postgresAppendConnections: 2,
  /** Share of the thread that signs the audit log. */
  postgresSignConnections: 4,
  /** Share of the thread that sends events to sinks. */
  postgresSinkConnections: 6,
  /** Connections of requests that are opened at start and stay open; opening takes about 10 ms. */
  postgresConnectionsMin: 1,
  /** How long any other connection stays idle. */
  postgresIdleMsMax: 5_000,
  /** How long the log stays locked for an append whose gateway stopped responding. */
  postgresSilenceMsMax: 1_500,
  /** How long a migration waits for another one, and how long it runs. */
  postgresMigrationMsMax: 10 * 60_000,
} as const;
