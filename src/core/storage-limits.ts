/** Bounds of the database, with their units in the names. */
export const storageLimits = {
  /** Queries that wait for the thread which reads a SQLite file. */
  sqliteReadsMax: 1_000,
  sqliteReadMsMax: 30_000,
  /** SQLite: prepared statements that a connection keeps, and what each may take. */
  sqliteStatementsMax: 100,
  sqliteStatementLengthMax: 4_096,
  sqliteStatementBoundBytesMax: 16 * 1024,
  /** Of 4 KiB, in SQLite's write-ahead log, before a commit that somebody waits for moves them. */
  writeAheadPagesMax: 16_000,
  /** SQLite: entries of the audit log that its search index takes in one commit. */
  auditIndexBatchEntriesMax: 8_192,
  auditIndexBatchNamesMax: 64_000,
  auditIndexBatchBytesMax: 16 * 1024 * 1024,
  /** The same that are in memory with their events. */
  auditIndexReadEntriesMax: 256,
  auditIndexEveryMs: 1_000,
  /** Of the thread that makes it: 19 gives way most. */
  auditIndexNiceness: 5,
  /** How long a search waits until the index has all that was written before it. */
  auditIndexWaitMsMax: 2_000,
  auditIndexWaitingMax: 1_000,
  /** From so many entries on that it lacks, it is told in the log that it is made. */
  auditIndexBehindTold: 20_000,
  auditIndexCacheKibMax: 32 * 1024,
  /** Pages that its write-ahead log holds before they are written into the file, about. */
  auditIndexLogPagesMax: 8_192,
  auditIndexBackoffMsMin: 250,
  auditIndexBackoffMsMax: 10_000,
  /** Between two times that it is made anew because a search found it damaged. */
  auditIndexDamagedMs: 60_000,
  auditIndexStopMsMax: 2_000,
  /** Up to this size all of an index is read when it is opened. */
  auditIndexCheckedBytesMax: 64 * 1024 * 1024,
  /** Less room than this is left to the log itself. */
  auditIndexFreeBytesMin: 1024 * 1024,
  auditIndexFreeBytesMax: 256 * 1024 * 1024,
  auditIndexFreeShareMin: 0.05,
  /** PostgreSQL: until there is a connection. */
  postgresConnectMsMax: 700,
  /** Until a statement is answered that a request waits for. */
  postgresStatementMsMax: 600,
  /** The same two of background work, such as counts and exports. */
  postgresWorkConnectMsMax: 1_500,
  postgresWorkMsMax: 30_000,
  /** Until a start has a connection; also for each statement of it. */
  postgresStartMsMax: 5_000,
  /** Until a batch of the audit log is committed or refused. */
  postgresAppendMsMax: 1_200,
  /** Connections of requests; background work has as many again, and the log one of its own. */
  postgresConnectionsMax: 10,
  /** Connections of requests that are made at the start and kept; one is made in about 10 ms. */
  postgresConnectionsMin: 1,
  /** How long any other connection stays unused. */
  postgresIdleMsMax: 5_000,
  /** How long the log stays locked for an append whose gateway has gone silent. */
  postgresSilenceMsMax: 1_500,
  /** A migration waits for another one, and runs, for so long. */
  postgresMigrationMsMax: 10 * 60_000,
} as const;
