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
  /** Shares or imports of a list whose state is determined concurrently. */
  viewsAtOnceMax: 16,
  /** Age of a share, as the cluster has confirmed it, above which a read asks the cluster. */
  shareConfirmedMs: 1_500,
  /** Shares and imports whose confirmation is remembered. */
  confirmedMax: 10_000,
  importConfirmedMs: 3_600_000,
  /** Imports whose values a request of GraphQL reads. */
  importsReadMax: 100,
  /** Tries of a read whose share changes meanwhile, or whose first use another replica records. */
  readTriesMax: 3,
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
