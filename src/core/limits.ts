/** Every bound in one place, with its unit in the name. */
export const limits = {
  /** Kubernetes' own: sum of the decoded values of a Secret. */
  secretSizeBytesMax: 1024 * 1024,
  /** Bodies of Secret writes and GraphQL: escaped text grows up to sixfold. */
  secretBodyBytesMax: 7 * 1024 * 1024,
  headerBytesMax: 16 * 1024,
  /** For a whole request to arrive. */
  requestReadMsMax: 60_000,
  jsonDepthMax: 32,
  namePathBytesMax: 600,
  listItemsMax: 500,
  /** Kubernetes' own: sum of annotation keys and values. */
  annotationBytesMax: 256 * 1024,
  changeReasonCharactersMax: 512,
  requestIdCharactersMax: 128,
  idempotencyKeyCharactersMax: 255,
  idempotencyKeptMs: 24 * 60 * 60 * 1000,
  identityValueBytesMax: 256,
  identityGroupsMax: 256,
  tokenBytesMax: 12 * 1024,
  auditWaitMsMax: 2_000,
  auditQueueEventsMax: 4_096,
  auditBatchEventsMax: 256,
  auditEventBytesMax: 64 * 1024,
  /** Less room than this and the audit log counts as not writable. */
  auditFreeBytesMin: 256 * 1024,
  auditKeyNamesMax: 200,
  upstreamTimeoutMs: 10_000,
  upstreamRetriesMax: 2,
  upstreamRetryAfterMsMax: 5_000,
  upstreamResponseBytesMax: 16 * 1024 * 1024,
  upstreamListBytesMax: 768 * 1024 * 1024,
  upstreamSocketsMax: 128,
  /** Retries of a PUT whose caller set no precondition. */
  replaceRetriesMax: 3,
  namespaceDecisionsAtOnceMax: 16,
  namespacesMax: 10_000,
  shutdownMsMax: 10_000,
  /** Between looks for intents left open and records past their time. */
  upkeepMs: 30_000,
  tracerCloseMsMax: 2_000,
  graphqlDepthMax: 8,
  graphqlIntrospectionDepthMax: 15,
  graphqlAliasesMax: 15,
  graphqlTokensMax: 1_000,
  graphqlErrorsMax: 20,
  graphqlDocumentsCachedMax: 500,
  /** Longer texts are parsed each time: padding must not fill the memory. */
  graphqlCachedQueryCharactersMax: 16 * 1024,
  secretsByNameMax: 50,
  secretsByNameAtOnceMax: 4,
} as const;
