/** All bounds of the sandbox, with the unit in each name. */
export const bounds = {
  /** Limit of the API server. */
  bodyBytesMax: 3 * 1024 * 1024,
  /** Limit for YAML; the size of the body bounds JSON. */
  yamlTokensMax: 50_000,
  /** Bytes that the copies of one JSON patch add; limit of the API server. */
  jsonPatchCopiedBytesMax: 3 * 1024 * 1024,
  /** List elements that one JSON patch shifts with insertions and removals before them. */
  jsonPatchShiftedElementsMax: 500_000_000,
  /** Larger than a stored object, a body and the permitted copies together. */
  patchedObjectBytesMax: 8 * 1024 * 1024,
  /** Time to check one custom resource with its schema's expressions and alternatives. */
  schemaCheckMsMax: 1_000,
  /** Reported broken rules or unknown fields of one object. */
  problemsToldMax: 1_000,
  problemCharactersToldMax: 1024 * 1024,
  requestReadMsMax: 60_000,
  headerBytesMax: 64 * 1024,
  keepAliveMs: 180_000,
  /** More than the gateway opens: 128 for requests and 1,024 for watches. */
  connectionsMax: 4_096,
  /** Size of one object; etcd's limit for a request. */
  objectBytesMax: 1.5 * 1024 * 1024,
  /** Size of all objects together. */
  storedBytesMax: 1024 * 1024 * 1024,
  /** Size of RBAC objects and CustomResourceDefinitions, which are in memory too. */
  heldInMemoryBytesMax: 32 * 1024 * 1024,
  /** Limits of one list: a page ends at one of them, a list without `limit` is refused. */
  listBytesMax: 48 * 1024 * 1024,
  listValuesMax: 3_000_000,
  /** Lists that clients have not read yet. */
  listBytesInFlightMax: 192 * 1024 * 1024,
  /** Changes retained for watches and paged lists; requests for older changes get 410. */
  changesKeptMax: 10_000,
  changesKeptBytesMax: 256 * 1024 * 1024,
  changesKeptMs: 10 * 60_000,
  /** Writes between two checks for expired changes. */
  pruneEveryWrites: 256,
  /** Objects that a controller processes before requests are served again. */
  controllerStepsPerTurn: 64,
  /** Time for an owner to be created after its dependent: clients may use any order. */
  absentOwnerGraceMs: 3_000,
  /** Delay after which a controller repeats failed work. */
  controllerRetryMs: 10_000,
  watchersMax: 10_000,
  /** HTTP/1.1 serves one response at a time; other watches of the connection wait. */
  watchersPerConnectionMax: 4,
  /** Unread bytes of one watch; a slower client is cut off and lists again. */
  watchBacklogBytesMax: 8 * 1024 * 1024,
  /** Unread bytes of all watches together; the slowest clients are cut off first. */
  watchBacklogTotalBytesMax: 256 * 1024 * 1024,
  /** Objects or changes that a watch reads from its history before other work continues. */
  watchTurnRowsMax: 256,
  watchTurnCharactersMax: 2 * 1024 * 1024,
  bookmarkEveryMs: 60_000,
  /** Duration of watches without `timeoutSeconds`: half an hour, up to twice that. */
  watchMsMin: 30 * 60_000,
  /** Maximum for `timeoutSeconds`. */
  watchMsMax: 60 * 60_000,
  /** Time in which the client of an ended watch must read what remains. */
  watchFlushMsMax: 10_000,
  /** Longer responses are JSON instead of YAML, which takes a second for each megabyte. */
  yamlAnswerCharactersMax: 256 * 1024,
  generatedNameAttemptsMax: 8,
  sqliteCacheKibMax: 4 * 1024,
} as const;
