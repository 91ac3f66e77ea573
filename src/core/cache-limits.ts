/** Limits on cached reads and on change streams, with units in the names. */
export const cacheLimits = {
  /** How long a read waits until a write that this process acknowledged is in the cache. */
  cacheCatchUpMsMax: 2_000,
  /** Acknowledged writes that the cache has not caught up with; with more, reads are strong. */
  cacheAwaitedWritesMax: 10_000,
  /** How long removals reported by a watch are remembered, for responses that arrive later. */
  cacheRemovalKeptMs: 60_000,
  /** How long a watch must be live before reads rely on it: missed events arrive first. */
  cacheSettleMs: 500,
  /** Bytes of cached renditions, in addition to the objects themselves. */
  cacheRenditionBytesMax: 160 * 1024 * 1024,
  /** Bytes of all Secrets together; beyond that, reads are strong. */
  cacheObjectBytesMax: 1024 * 1024 * 1024,
  /** Bytes of one namespace, if each namespace has its own watch. */
  cacheNamespaceBytesMax: 512 * 1024 * 1024,
  /** Pause before a collection that was too large is listed again. */
  cacheTooLargePauseMs: 60_000,
  /** Bytes of one response to a list, which is read as a whole. */
  cachePageBytesMax: 4 * 1024 * 1024,
  /** Texts of namespaces and key lists that Secrets share, and the longest text that is shared. */
  cacheSharedValuesMax: 1_000,
  cacheSharedCharactersMax: 256,
  /** Indexed labels of a Secret; a Secret with more is checked against each selector. */
  cacheLabelsIndexedMax: 64,
  /** Secrets that one list processes before other work runs. */
  cacheListTurnSecrets: 100,
  /** Bytes of Secrets that one list processes before other work runs. */
  cacheListTurnBytes: 4 * 1024 * 1024,
  /** Requirements of a label selector that the gateway evaluates for many Secrets. */
  labelRequirementsMax: 64,
  /** Values in all requirements together. */
  labelRequirementValuesMax: 256,
  /** Changes of a namespace from which streams can resume, and of all namespaces together. */
  changesKeptMax: 2_048,
  changesKeptInAllMax: 65_536,
  /** Bytes of these changes, as far as they can be calculated. */
  changesKeptBytesMax: 16 * 1024 * 1024,
  changesKeptInAllBytesMax: 64 * 1024 * 1024,
  /** Changes by a relist, and bytes of their Secrets: one synchronous step creates them. */
  changesAtOnceMax: 2_048,
  changesAtOnceBytesMax: 16 * 1024 * 1024,
  /** How many changes a client may lag; a client that lags more is disconnected and may resume. */
  changesBehindMax: 1_024,
  /** Changes that a stream takes at a time. */
  changesTakenMax: 128,
  /** Changes that all streams together send before other work runs. */
  changesToldAtOnceMax: 256,
  /** How long a new stream waits until its namespace is watched. */
  streamFollowedMsMax: 5_000,
  /** Between checks of a right that cannot be decided now; meanwhile, the stream sends nothing. */
  streamDecisionRetryMs: 1_000,
  /** How long a change waits for its version number before it is sent without the number. */
  changeVersionMsMax: 250,
  /** Between comment lines of a stream, which prevent proxy timeouts. */
  streamHeartbeatMs: 15_000,
  streamsMax: 4_096,
  streamsPerUserMax: 1_024,
  /** Half of all, here and below: many users may share an address, and no address takes all. */
  streamsPerAddressMax: 2_048,
  /** A client that reads nothing for this time is disconnected. */
  streamStalledMsMax: 30_000,
  /** How long an ended stream waits for its client to read the remaining data. */
  streamUnreadEndMsMax: 1_000,
  /** `waitSeconds`. */
  waitSecondsMax: 300,
  waitsMax: 4_096,
  waitsPerUserMax: 1_024,
  waitsPerAddressMax: 2_048,
  /** Rights that active waits depend on: one for each Secret and one for each key. */
  waitRightsMax: 65_536,
  waitRightsPerUserMax: 8_192,
  waitRightsPerAddressMax: 32_768,
  /** Concurrent checks of waits; a watch that restarts wakes all of them together. */
  waitLooksAtOnceMax: 64,
  /** Between checks of a wait whose object the cache does not watch. */
  waitPollMs: 5_000,
  /** Secrets or keys of one `/values`. */
  valuesMax: 50,
  valuesAtOnceMax: 8,
  /**
   * Key names and values in the response to one call, in GraphQL all texts of the response. Counted
   * as JSON writes them: a control character takes six bytes.
   */
  valuesBytesMax: 8 * 1024 * 1024,
  /** `bufio.MaxScanTokenSize`, the limit with which Docker reads the lines of an env file. */
  dockerLineBytesMax: 64 * 1024,
  /** GraphQL over WebSocket. */
  socketsMax: 4_096,
  socketsPerUserMax: 1_024,
  socketsPerAddressMax: 2_048,
  socketInitMsMax: 5_000,
  socketMessageBytesMax: 64 * 1024,
  /** Messages and pings of one connection; beyond that, the connection is read more slowly. */
  socketMessagesPerSecond: 100,
  socketMessagesBurst: 500,
  socketOperationIdCharactersMax: 128,
  socketPingMs: 15_000,
  /** How long a client may take to confirm that its connection is closed. */
  socketCloseMsMax: 2_000,
  socketSubscriptionsMax: 64,
  /** Unread bytes of a client beyond which nothing more is rendered for it. */
  socketBufferedBytesMax: 256 * 1024,
} as const;
