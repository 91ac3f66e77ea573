/** Bounds of cached reads and of streams of changes, with their units in the names. */
export const cacheLimits = {
  /** How long a read waits until a write that was acknowledged here is in the cache. */
  cacheCatchUpMsMax: 2_000,
  /** Acknowledged writes that the cache has not caught up with; with more, reads are strong. */
  cacheAwaitedWritesMax: 10_000,
  /** How long it is known what a watch told to be removed, for answers that come later. */
  cacheRemovalKeptMs: 60_000,
  /** How long a watch has to be live before reads rely on it: what was missed comes first. */
  cacheSettleMs: 500,
  /** Of what is kept ready to be sent, beside the objects themselves. */
  cacheRenditionBytesMax: 160 * 1024 * 1024,
  /** Of all Secrets together: with more than that reads are strong. */
  cacheObjectBytesMax: 1024 * 1024 * 1024,
  /** Of one namespace, where each is followed by itself. */
  cacheNamespaceBytesMax: 512 * 1024 * 1024,
  /** How long after it was too large a collection is listed anew. */
  cacheTooLargePauseMs: 60_000,
  /** Of one answer to a list: it is read in one go. */
  cachePageBytesMax: 4 * 1024 * 1024,
  /** Namespaces and lists of keys that Secrets have in common; how long one is looked for. */
  cacheSharedValuesMax: 1_000,
  cacheSharedCharactersMax: 256,
  /** Labels of a Secret by which it is found; with more it is looked at for each selector. */
  cacheLabelsIndexedMax: 64,
  /** Secrets that one list is shown of at a time, before others take their turn. */
  cacheListTurnSecrets: 100,
  /** The same of large ones. */
  cacheListTurnBytes: 4 * 1024 * 1024,
  /** Of a label selector that is evaluated here, for many Secrets: its requirements. */
  labelRequirementsMax: 64,
  /** And the values in all of them. */
  labelRequirementValuesMax: 256,
  /** Changes of a namespace that streams can go on from, and of all namespaces together. */
  changesKeptMax: 2_048,
  changesKeptInAllMax: 65_536,
  /** The same in bytes, as far as they can be reckoned. */
  changesKeptBytesMax: 16 * 1024 * 1024,
  changesKeptInAllBytesMax: 64 * 1024 * 1024,
  /** Changes that a list anew may bring, and bytes of their Secrets: they are made in one go. */
  changesAtOnceMax: 2_048,
  changesAtOnceBytesMax: 16 * 1024 * 1024,
  /** How far behind a client may be; who is further behind is let go, and may resume. */
  changesBehindMax: 1_024,
  /** Changes that a stream takes at a time. */
  changesTakenMax: 128,
  /** Changes that all streams together tell before others take their turn. */
  changesToldAtOnceMax: 256,
  /** How long a stream waits at its beginning until its namespace is followed. */
  streamFollowedMsMax: 5_000,
  /** Between questions about a right that cannot be decided just now; nothing is told meanwhile. */
  streamDecisionRetryMs: 1_000,
  /** How long a change waits for the number of its version before it is told without. */
  changeVersionMsMax: 250,
  /** Between comment lines of a stream, so that proxies let it live. */
  streamHeartbeatMs: 15_000,
  streamsMax: 4_096,
  streamsPerUserMax: 1_024,
  /** Half of all, here and below: many people may share an address, and none takes it all. */
  streamsPerAddressMax: 2_048,
  /** A client that takes nothing for so long is let go. */
  streamStalledMsMax: 30_000,
  /** How long a stream that has ended waits for its client to read the rest. */
  streamUnreadEndMsMax: 1_000,
  /** `waitSeconds`. */
  waitSecondsMax: 300,
  waitsMax: 4_096,
  waitsPerUserMax: 1_024,
  waitsPerAddressMax: 2_048,
  /** Rights that waits stand on: one for each Secret and one for each key. */
  waitRightsMax: 65_536,
  waitRightsPerUserMax: 8_192,
  waitRightsPerAddressMax: 32_768,
  /** Looks of waits; a watch that turns wakes all of them together. */
  waitLooksAtOnceMax: 64,
  /** Between looks of a wait at what the cache does not follow. */
  waitPollMs: 5_000,
  /** Secrets or keys of one `/values`. */
  valuesMax: 50,
  valuesAtOnceMax: 8,
  /**
   * Names of keys and values that one call shows, in GraphQL all texts of its answer: as JSON
   * writes them, where a control character takes six bytes.
   */
  valuesBytesMax: 8 * 1024 * 1024,
  /** `bufio.MaxScanTokenSize`, by which Docker reads the lines of an env file. */
  dockerLineBytesMax: 64 * 1024,
  /** GraphQL over WebSocket. */
  socketsMax: 4_096,
  socketsPerUserMax: 1_024,
  socketsPerAddressMax: 2_048,
  socketInitMsMax: 5_000,
  socketMessageBytesMax: 64 * 1024,
  /** Messages and pings of one connection; it is read more slowly beyond that. */
  socketMessagesPerSecond: 100,
  socketMessagesBurst: 500,
  socketOperationIdCharactersMax: 128,
  socketPingMs: 15_000,
  /** How long a client may take to answer that its connection is closed. */
  socketCloseMsMax: 2_000,
  socketSubscriptionsMax: 64,
  /** Bytes that wait for a client to read before no more is made for it. */
  socketBufferedBytesMax: 256 * 1024,
} as const;
