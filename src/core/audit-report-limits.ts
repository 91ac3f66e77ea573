/** Limits on the reports of the API server's audit webhook, with units in the names. */
export const auditReportLimits = {
  /** A batch of the API server's audit webhook; one event of it may have megabytes of path. */
  auditReportBytesMax: 10 * 1024 * 1024,
  /**
   * Stored bytes of reports of one user: about 2,000 reports a second, and a burst of 130,000 after
   * a pause. By its default flags, an API server sends at most 4,000 a second, in bursts.
   */
  auditReportBytesPerSecond: 2 * 1024 * 1024,
  auditReportBurstBytes: 128 * 1024 * 1024,
  /** The longest wait of a batch for the rate. */
  auditReportWaitMsMax: 60_000,
  /** If less of the disk is free than this share, between these limits, no report is stored. */
  auditReportFreeShareMin: 0.2,
  /** More than refusals without a credential leave free: those are events of the gateway itself. */
  auditReportFreeBytesMin: 96 * 1024 * 1024,
  auditReportFreeBytesMax: 2 * 1024 * 1024 * 1024,
  /** When the API server may resend a batch for which the disk has no space. */
  auditReportShortRetrySeconds: 10,
  /** Events of one batch that are read; the remaining ones count as unreadable. */
  auditReportEventsMax: 10_000,
  /** Levels of one event: Go's own limit for JSON, plus a margin. */
  auditReportDepthMax: 10_010,
  /** Between two alarms about events that cannot be read. */
  auditUnreadableAlarmEveryMs: 60_000,
  /** Bodies of batches that one credential sends concurrently. */
  auditReportBodiesAtOnceMax: 2,
  /** Batches that are parsed concurrently, and batches that wait to be parsed. */
  auditReportsParsedAtOnceMax: 2,
  auditReportsWaitingMax: 6,
  auditReportsAtOnceMax: 32,
  /** Reports that are processed before other work runs. */
  auditReportsInTurnMax: 100,
  /** Reports under one id and time that are read in addition to redeliveries. */
  auditReportTwinsMax: 1_000,
  /** How long a report of our call waits for our own event of the call, and between two checks. */
  auditReportHeldMsMax: 5_000,
  auditReportLookMs: 200,
  auditReportsHeldMax: 10_000,
  /** Largest clock difference between API server and gateway at which a report matches a call. */
  auditReportSkewMsMax: 60_000,
  /** Ids in one query. */
  auditReportIdsMax: 200,
} as const;
