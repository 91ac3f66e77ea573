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
  /** Between the clocks of an issuer and of the gateway. */
  tokenClockToleranceSeconds: 30,
  /** Kubernetes' own: issuers of one AuthenticationConfiguration. */
  issuersMax: 64,
  authConfigBytesMax: 1024 * 1024,
  /** Between looks at the AuthenticationConfiguration for a change. */
  authConfigPollMs: 5_000,
  celCharactersMax: 10 * 1024,
  celNodesMax: 1_000,
  /** Loops inside loops. */
  celLoopDepthMax: 2,
  /** What all expressions together may cost for one token: about 50 ns each. */
  celStepsMax: 250_000,
  /** Of a text that an expression makes. */
  celTextCharactersMax: 64 * 1024,
  celDurationCharactersMax: 64,
  /** Values in all claims of a token, where expressions look at them. */
  claimValuesMax: 512,
  /** Lists and maps in each other, in the same claims. */
  claimDepthMax: 8,
  jwksBytesMax: 512 * 1024,
  jwksKeysMax: 100,
  jwksFetchMsMax: 5_000,
  /** From one fetch to the next, whatever key ids arrive meanwhile. */
  jwksFetchEveryMs: 30_000,
  /** The same while there are no keys at all, when no token can pass. */
  jwksFirstFetchEveryMs: 5_000,
  jwksRefreshMs: 10 * 60_000,
  /** How long keys are used that could not be fetched again. */
  jwksKeptMs: 60 * 60_000,
  tokenReviewKeptMs: 5_000,
  tokenReviewDeniedKeptMs: 1_000,
  tokenReviewsMax: 10_000,
  /** Tokens of the gateway's own that were right lately: how long one lives on that is revoked. */
  ownTokenKeptMs: 1_000,
  ownTokensKeptMax: 10_000,
  ownTokensPerOwnerMax: 1_000,
  /** Entries of each member of a scope. */
  ownTokenScopeItemsMax: 100,
  ownTokenDescriptionCharactersMax: 256,
  /** How many times a token may make one that acts as somebody else. */
  ownTokenActingMax: 8,
  /** Of somebody to act as: one question to the cluster each, whenever the right is renewed. */
  ownTokenActingGroupsMax: 32,
  ownTokenUsesMax: 10_000,
  ownTokenUsesWrittenEveryMs: 60_000,
  serviceAccountKeptMs: 5_000,
  serviceAccountsKeptMax: 10_000,
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
  /** Connections of watches, which are held for long and must not starve requests. */
  upstreamWatchesMax: 1_024,
  /** What a watch asks for: the API server ends it then, and the next goes on where it was. */
  watchSeconds: 15,
  /** A watch that has neither ended nor been opened anew by then is stale. */
  watchStaleMs: 20_000,
  /** Between the end of a watch and the next one; longer, and nothing is built on it. */
  watchGapMsMax: 1_000,
  /** A watch that ends sooner counts as failed. */
  watchShortMs: 1_000,
  watchBackoffMsMin: 250,
  watchBackoffMsMax: 10_000,
  watchRetryAfterMsMax: 30_000,
  /** One line of a watch: an object with a Secret's full size in base64, and room. */
  watchEventBytesMax: 8 * 1024 * 1024,
  reflectedItemsMax: 100_000,
  decisionsKeptMax: 10_000,
  /** An allow by RBAC, while changes of RBAC are seen. */
  decisionKeptMs: 10_000,
  /** Everything else. */
  decisionKeptShortMs: 1_000,
  /** API servers lag behind their own watch: answers so soon after a change are not kept. */
  decisionSettleMs: 2_000,
  /** How old a question in flight may be for another caller to share its answer. */
  decisionSharedMs: 1_000,
  rbacChangedNamespacesMax: 10_000,
  /** Retries of a PUT whose caller set no precondition. */
  replaceRetriesMax: 3,
  namespaceDecisionsAtOnceMax: 16,
  accessReviewItemsMax: 100,
  accessReviewsAtOnceMax: 16,
  /** Of a verb, a resource, a namespace; a name has room for a Secret's and a key's. */
  accessReviewTextCharactersMax: 512,
  namespacesMax: 10_000,
  /** Between looks at what the gateway itself may do. */
  rightsProbeMs: 5 * 60_000,
  /** The same while it may do too much or too little; the API server keeps its answers 10 s. */
  rightsProbeAgainMs: 10_000,
  /** The same while the API server does not answer. */
  rightsProbeFailedMs: 2_000,
  rightsProbeQuestionsAtOnceMax: 8,
  /** Of those that are served by name. */
  probedNamespacesMax: 50,
  /** Credentials and addresses whose use is counted; IPv6 counts by /64. */
  limitedCredentialsMax: 20_000,
  limitedAddressesMax: 20_000,
  /** Longer ones are counted under a fingerprint. */
  limitedCredentialIdCharactersMax: 128,
  /** Credentials that were right lately, for addresses that show many wrong ones. */
  knownCredentialsMax: 10_000,
  knownCredentialKeptMs: 10 * 60_000,
  /** Refusals by a rate limit are written down together. */
  refusalAggregateMs: 10_000,
  refusalAggregatesMax: 1_000,
  forwardedBytesMax: 2 * 1024,
  trustedProxiesMax: 64,
  /** Between looks at the files of the TLS listener. */
  tlsFilesReadMs: 5_000,
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
