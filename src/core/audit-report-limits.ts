/** Bounds of what the API server reports by its audit webhook, with their units in the names. */
export const auditReportLimits = {
  /** A batch of the API server's audit webhook; one event of it may have megabytes of path. */
  auditReportBytesMax: 10 * 1024 * 1024,
  /**
   * Stored bytes of reports of one user: about 2,000 reports a second, and 130,000 at once after a
   * pause. An API server sends 4,000 a second at most by its default flags, in bursts.
   */
  auditReportBytesPerSecond: 2 * 1024 * 1024,
  auditReportBurstBytes: 128 * 1024 * 1024,
  /** No batch waits longer for the rate. */
  auditReportWaitMsMax: 60_000,
  /** If less of the disk is left than this share, between these bounds, no report is stored. */
  auditReportFreeShareMin: 0.2,
  /** More than refusals without a credential leave: those are events of the gateway itself. */
  auditReportFreeBytesMin: 96 * 1024 * 1024,
  auditReportFreeBytesMax: 2 * 1024 * 1024 * 1024,
  /** When the API server may send a batch again that the disk has no space for. */
  auditReportShortRetrySeconds: 10,
  /** Events of one batch that are read; the others count as unreadable. */
  auditReportEventsMax: 10_000,
  /** Levels of one event: Go's own for JSON, and room. */
  auditReportDepthMax: 10_010,
  /** Between two alarms about events that cannot be read. */
  auditUnreadableAlarmEveryMs: 60_000,
  /** Of batches: bodies that one credential sends at a time. */
  auditReportBodiesAtOnceMax: 2,
  /** Those that are parsed, and that wait for it. */
  auditReportsParsedAtOnceMax: 2,
  auditReportsWaitingMax: 6,
  auditReportsAtOnceMax: 32,
  /** Reports that are looked at before others take their turn. */
  auditReportsInTurnMax: 100,
  /** What is looked at beside redeliveries, of what the cluster reported under one id and time. */
  auditReportTwinsMax: 1_000,
  /** How long a report of a call of ours waits for our own event of it, and between two looks. */
  auditReportHeldMsMax: 5_000,
  auditReportLookMs: 200,
  auditReportsHeldMax: 10_000,
  /** Between the clocks of the API server and of the gateway, where a report joins a call. */
  auditReportSkewMsMax: 60_000,
  /** Ids that one query asks about. */
  auditReportIdsMax: 200,
} as const;
