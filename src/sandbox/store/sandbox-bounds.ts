/** Every bound of the sandbox in one place, with its unit in the name. */
export const bounds = {
  /** The API server's own. */
  bodyBytesMax: 3 * 1024 * 1024,
  requestReadMsMax: 60_000,
  headerBytesMax: 64 * 1024,
  keepAliveMs: 180_000,
  /** Changes kept for watches and for lists in pieces; older ones are answered 410. */
  changesKeptMax: 10_000,
  changesKeptBytesMax: 256 * 1024 * 1024,
  changesKeptMs: 10 * 60_000,
  /** Writes between two looks for changes that are no longer kept. */
  pruneEveryWrites: 256,
  watchersMax: 10_000,
  /** Bytes not yet taken by a watching client; a slower one is cut off and lists again. */
  watchBacklogBytesMax: 8 * 1024 * 1024,
  bookmarkEveryMs: 60_000,
  /** For watches that name no `timeoutSeconds`: half an hour, and up to twice that. */
  watchMsMin: 30 * 60_000,
  generatedNameAttemptsMax: 8,
  sqliteCacheKibMax: 4 * 1024,
} as const;
