/** Every bound of the sandbox in one place, with its unit in the name. */
export const bounds = {
  /** The API server's own. */
  bodyBytesMax: 3 * 1024 * 1024,
  /** Of YAML; the reader of JSON needs no bound but that of the body. */
  yamlTokensMax: 50_000,
  /** What the copies of one JSON patch add: the API server's own. */
  jsonPatchCopiedBytesMax: 3 * 1024 * 1024,
  /** List elements that one JSON patch shifts, by adding and removing before them. */
  jsonPatchShiftedElementsMax: 500_000_000,
  /** More than a stored object, a body and its copies hold together. */
  patchedObjectBytesMax: 8 * 1024 * 1024,
  /** One custom resource against its schema, whatever expressions and alternatives are in it. */
  schemaCheckMsMax: 1_000,
  /** Broken rules, or unknown fields, of one object that are told. */
  problemsToldMax: 1_000,
  problemCharactersToldMax: 1024 * 1024,
  requestReadMsMax: 60_000,
  headerBytesMax: 64 * 1024,
  keepAliveMs: 180_000,
  /** More than the gateway has to it: 128 of requests and 1,024 of watches. */
  connectionsMax: 4_096,
  /** Of one object; etcd's own bound for a request. */
  objectBytesMax: 1.5 * 1024 * 1024,
  /** Of all objects together. */
  storedBytesMax: 1024 * 1024 * 1024,
  /** Of RBAC objects and CustomResourceDefinitions, which stay in memory as well. */
  heldInMemoryBytesMax: 32 * 1024 * 1024,
  /** Of one list; a page is cut where it reaches one of them, a list without `limit` is refused. */
  listBytesMax: 48 * 1024 * 1024,
  listValuesMax: 3_000_000,
  /** Of lists that their clients have not taken yet. */
  listBytesInFlightMax: 192 * 1024 * 1024,
  /** Changes kept for watches and for lists in pieces; older ones are answered 410. */
  changesKeptMax: 10_000,
  changesKeptBytesMax: 256 * 1024 * 1024,
  changesKeptMs: 10 * 60_000,
  /** Writes between two looks for changes that are no longer kept. */
  pruneEveryWrites: 256,
  /** Objects that a controller deletes or looks at before requests have their turn again. */
  controllerStepsPerTurn: 64,
  /** For an object to get the owner that it names: clients may send the two in any order. */
  absentOwnerGraceMs: 3_000,
  /** Until a controller tries again what has failed. */
  controllerRetryMs: 10_000,
  watchersMax: 10_000,
  /** HTTP/1.1 serves one at a time; the others of a connection wait behind it. */
  watchersPerConnectionMax: 4,
  /** Bytes not yet taken by a watching client; a slower one is cut off and lists again. */
  watchBacklogBytesMax: 8 * 1024 * 1024,
  /** The same of all watches together; the slowest clients are cut off first. */
  watchBacklogTotalBytesMax: 256 * 1024 * 1024,
  /** What a watch that catches up reads before others have their turn: objects, or changes. */
  watchTurnRowsMax: 256,
  watchTurnCharactersMax: 2 * 1024 * 1024,
  bookmarkEveryMs: 60_000,
  /** For watches that name no `timeoutSeconds`: half an hour, and up to twice that. */
  watchMsMin: 30 * 60_000,
  /** Whatever `timeoutSeconds` says. */
  watchMsMax: 60 * 60_000,
  /** For a watch that has ended: its client takes the rest in this time, or is cut off. */
  watchFlushMsMax: 10_000,
  /** Longer answers are JSON where YAML was asked for, which takes a second for each megabyte. */
  yamlAnswerCharactersMax: 256 * 1024,
  generatedNameAttemptsMax: 8,
  sqliteCacheKibMax: 4 * 1024,
} as const;
