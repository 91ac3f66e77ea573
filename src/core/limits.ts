import { anchorLimits } from './anchor-limits.js';
import { auditQueueLimits } from './audit-queue-limits.js';
import { auditReportLimits } from './audit-report-limits.js';
import { bodyLimits } from './body-limits.js';
import { cacheLimits } from './cache-limits.js';
import { connectionLimits } from './connection-limits.js';
import { encryptionLimits } from './encryption-limits.js';
import { graphqlLimits } from './graphql-limits.js';
import { kubectlLimits } from './kubectl-limits.js';
import { refusalLimits } from './refusal-limits.js';
import { storageLimits } from './storage-limits.js';
import { versionLimits } from './version-limits.js';

/** All limits, with units in the names. */
export const limits = {
  /** Kubernetes' own: sum of the decoded values of a Secret. */
  secretSizeBytesMax: 1024 * 1024,
  /** Bodies of Secret writes and GraphQL: escaped text grows up to sixfold. */
  secretBodyBytesMax: 7 * 1024 * 1024,
  headerBytesMax: 16 * 1024,
  /** How long an idle connection stays open; proxies in front use 60 s. */
  keepAliveMsMax: 72_000,
  /** For a whole request to arrive. */
  requestReadMsMax: 60_000,
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
  /** Clock difference between an issuer and the gateway. */
  tokenClockToleranceSeconds: 30,
  /** Kubernetes' own: issuers of one AuthenticationConfiguration. */
  issuersMax: 64,
  authConfigBytesMax: 1024 * 1024,
  /** Between checks of the AuthenticationConfiguration for a change. */
  authConfigPollMs: 5_000,
  celCharactersMax: 10 * 1024,
  celNodesMax: 1_000,
  /** Levels of nested loops. */
  celLoopDepthMax: 2,
  /** Cost of all expressions together for one token: about 50 ns a step. */
  celStepsMax: 250_000,
  /** Characters of a text that an expression creates. */
  celTextCharactersMax: 64 * 1024,
  celDurationCharactersMax: 64,
  /** Instructions of a pattern of an expression: they compile in about 15 ms. */
  patternSizeMax: 10_000,
  /** Values in all claims of a token, if expressions read them. */
  claimValuesMax: 512,
  /** Nested lists and maps in these claims. */
  claimDepthMax: 8,
  jwksBytesMax: 512 * 1024,
  jwksKeysMax: 100,
  jwksFetchMsMax: 5_000,
  /** Between fetches, whatever key ids arrive meanwhile. */
  jwksFetchEveryMs: 30_000,
  /** Between fetches while there are no keys at all, when no token can pass. */
  jwksFirstFetchEveryMs: 5_000,
  jwksRefreshMs: 10 * 60_000,
  /** How long keys are used that could not be fetched again. */
  jwksKeptMs: 60 * 60_000,
  tokenReviewKeptMs: 5_000,
  tokenReviewDeniedKeptMs: 1_000,
  tokenReviewsMax: 10_000,
  /** Cached gateway tokens that were valid: a revoked token stays usable for this long. */
  ownTokenKeptMs: 1_000,
  ownTokensKeptMax: 10_000,
  ownTokensPerOwnerMax: 1_000,
  /** Revoked tokens of an owner whose details are remembered. */
  ownTokensRevokedPerOwnerMax: 1_000,
  /** Entries of each member of a scope. */
  ownTokenScopeItemsMax: 100,
  ownTokenDescriptionCharactersMax: 256,
  /** Times that a token may create a token that acts as another user. */
  ownTokenActingMax: 8,
  /** Ancestors of a token, each of which created the next, that are checked. */
  ownTokenAncestorsMax: 64,
  /** Pages of a list that are read if no gateway has written their contents. */
  ownTokenForeignRoundsMax: 20,
  /** Remembered revocations, and how late a revocation may be recorded. */
  tokenRevocationsMax: 100_000,
  tokenRevocationLateMs: 300_000,
  /** Groups of an impersonated user: each renewal of the right queries the cluster for each. */
  ownTokenActingGroupsMax: 32,
  ownTokenUsesMax: 10_000,
  ownTokenUsesWrittenEveryMs: 60_000,
  serviceAccountKeptMs: 5_000,
  serviceAccountsKeptMax: 10_000,
  auditWaitMsMax: 2_000,
  auditQueueEventsMax: 4_096,
  auditBatchEventsMax: 256,
  auditEventBytesMax: 64 * 1024,
  /** If less space than this is free, the audit log counts as not writable. */
  auditFreeBytesMin: 256 * 1024,
  auditKeyNamesMax: 200,
  /** Events recorded later than this after their time are listed as late. */
  auditLateMs: 60_000,
  /** A search that takes longer returns the results so far, and a cursor. */
  auditSearchMsMax: 1_000,
  /** Changed entries that alarms name. */
  auditAlteredNamedMax: 100,
  /** Between two checks of the stored log, and between two bundles of 256 entries. */
  auditCheckEveryMs: 20_000,
  auditCheckPauseMs: 5,
  /** Names that one prefix matches: each is looked up separately. */
  auditPrefixNamesMax: 64,
  /** Events whose names match a prefix, if there are more names than that. */
  auditPrefixRowsMax: 200_000,
  /** Events whose names match a prefix, if another index serves as well. */
  auditPrefixRowsBesideMax: 10_000,
  auditCountMsMax: 10_000,
  auditCountsAtOnceMax: 2,
  auditCountsWaitingMax: 14,
  /** Lists of events below Secrets in one GraphQL request. */
  auditNestedListsMax: 50,
  auditNestedListsAtOnceMax: 4,
  auditCountValuesMax: 100_000,
  /** From this number on, events are counted in an index if it suffices. */
  auditCountedRowsMin: 1_000,
  auditCountedLateMax: 1_000_000,
  /** Writes without an outcome that are tracked concurrently. */
  auditOpenIntentsMax: 10_000,
  /** No write runs longer: a crash left an older intent of another process open. */
  writeMsMax: 60_000,
  /** Writes that ended in this process, whose intents need not grow so old. */
  auditEndedWritesMax: 10_000,
  /** Between checkpoints while there are new events, and between polls while there are none. */
  auditPublishEveryMs: 1_000,
  /** Another process signs if the one that has signed last signs nothing for this time. */
  auditTakeOverMs: 3_000,
  /** Between two runs that thin old checkpoints. */
  auditThinEveryMs: 10 * 60_000,
  /** Checkpoints and entries that thinning reads at a time, and checkpoints deleted at a time. */
  auditThinCheckpointsReadMax: 5_000,
  auditThinEntriesReadMax: 10_000,
  auditThinDeletedMax: 500,
  /** An event records an anchored checkpoint within this time after the signature. */
  auditAnchorRecordedMsMax: 5 * 60_000,
  /** Consecutive failures after which operators are notified that thinning fails. */
  auditThinFailuresTold: 3,
  auditPublishNudgeMs: 50,
  auditPublishIdleMs: 30_000,
  /** Operators are notified if no checkpoint could be written for this time. */
  auditPublishFailingMsTold: 30_000,
  /** Retry interval after a refusal: each try reads the mismatched part again. */
  auditPublishRefusedMs: 10_000,
  /** Entries that one checkpoint includes, and entries that are read at a time. */
  auditIntegratedMax: 65_536,
  auditIntegrateStretch: 256,
  /** How long a proof waits for the checkpoint that includes its event. */
  auditProofMsMax: 2_000,
  /** Cached roots of full tiles. */
  auditTileRootsMax: 8_192,
  /** How long a gateway may send nothing during an export, and its longest line. */
  auditExportSilenceMsMax: 60_000,
  auditExportLineBytesMax: 256 * 1024,
  /** Bytes that the gateway must send in that time. */
  auditExportPaceBytesMin: 64 * 1024,
  /** Verifier keys of one log, which gets another key every few years. */
  auditLogKeysMax: 64,
  /** Size of a file with all verifier keys, and of a file of checkpoints saved elsewhere. */
  auditKeyFileBytesMax: 64 * 1024,
  auditKeptFileBytesMax: 32 * 1024 * 1024,
  /** How long pruning waits until its announcement is signed. */
  auditPruneSignedMsMax: 10_000,
  /** How long an operator's command waits until the database accepts events. */
  operatorStartMsMax: 20_000,
  /** How long a stop waits for the last checkpoint. */
  auditPublishStopMsMax: 2_000,
  /** Receivers of events. */
  auditSinksMax: 8,
  auditSinkFileBytesMin: 64 * 1024,
  auditSinkBatchEventsMax: 256,
  auditSinkBatchBytesMax: 1024 * 1024,
  auditSinkAnswerMsMax: 10_000,
  auditSinkAnswerBytesMax: 64 * 1024,
  /** Failure responses after which a batch becomes dead letters; no response does not count. */
  auditSinkAttemptsMax: 10,
  auditSinkBackoffMsMin: 250,
  auditSinkBackoffMsMax: 60_000,
  /** Between polls for new events. */
  auditSinkPollMs: 250,
  /** Between records of a sink's position; events after the last record are delivered again. */
  auditSinkProgressMs: 1_000,
  /** One of several processes feeds a sink: how long after its end another takes over. */
  auditLeaseMs: 30_000,
  auditLeasePollMs: 2_000,
  /** A warning is logged from this lag, or from this time without a delivery, on. */
  auditSinkLagEventsWarned: 10_000,
  auditSinkFailingMsWarned: 60_000,
  /** How long a stop waits until sinks receive the remaining events. */
  auditSinkStopMsMax: 2_000,
  auditRetentionBytesMin: 1024 * 1024,
  auditRetentionEveryMs: 60_000,
  /** How long an anchor or a sink may delay pruning before an alarm. */
  auditPruneHeldMsMax: 5 * 60_000,
  /** Pruning of younger events, for lack of space, is reported. */
  auditPruneYoungMs: 24 * 60 * 60_000,
  /** Bundles (256 entries) that are sampled to estimate the total size. */
  auditRetentionSampleBundlesMax: 64,
  /** Bundles that one run of pruning deletes. */
  auditPruneBundlesMax: 4_096,
  /** Names that one statement deletes. */
  auditPruneNamesMax: 500,
  ...anchorLimits,
  ...auditQueueLimits,
  ...auditReportLimits,
  ...bodyLimits,
  ...cacheLimits,
  ...connectionLimits,
  ...encryptionLimits,
  ...graphqlLimits,
  ...kubectlLimits,
  ...refusalLimits,
  ...storageLimits,
  ...versionLimits,
  upstreamTimeoutMs: 10_000,
  upstreamRetriesMax: 2,
  upstreamRetryAfterMsMax: 5_000,
  upstreamResponseBytesMax: 16 * 1024 * 1024,
  upstreamListBytesMax: 768 * 1024 * 1024,
  upstreamSocketsMax: 128,
  /** Connections of watches, which stay open for long and must not starve requests. */
  upstreamWatchesMax: 1_024,
  /** Requested duration of a watch: the API server then ends it, and the next watch resumes. */
  watchSeconds: 15,
  /** A watch that has neither ended nor been reopened by then is stale. */
  watchStaleMs: 20_000,
  /** Between the end of a watch and the next watch; after a longer gap, it is not relied on. */
  watchGapMsMax: 1_000,
  /** A watch that ends sooner counts as failed. */
  watchShortMs: 1_000,
  watchBackoffMsMin: 250,
  watchBackoffMsMax: 10_000,
  watchRetryAfterMsMax: 30_000,
  /** One line of a watch: an object with a Secret's full size in base64, plus a margin. */
  watchEventBytesMax: 8 * 1024 * 1024,
  reflectedItemsMax: 100_000,
  decisionsKeptMax: 10_000,
  /** An allow by RBAC, while the gateway watches RBAC. */
  decisionKeptMs: 10_000,
  /** All other decisions. */
  decisionKeptShortMs: 1_000,
  /** API servers lag behind their own watch: responses so soon after a change are not cached. */
  decisionSettleMs: 2_000,
  /** How old a pending query may be for another caller to share its response. */
  decisionSharedMs: 1_000,
  rbacChangedNamespacesMax: 10_000,
  /** Retries of a PUT whose caller set no precondition. */
  replaceRetriesMax: 3,
  /** Repetitions of a checked patch after other writes, and the bounds of the pauses between. */
  guardedRetriesMax: 9,
  guardedPauseMs: 5,
  guardedPauseMsMax: 80,
  namespaceDecisionsAtOnceMax: 16,
  accessReviewItemsMax: 100,
  accessReviewsAtOnceMax: 16,
  /** Characters of a verb, a resource, a namespace; a name fits a Secret's and a key's. */
  accessReviewTextCharactersMax: 512,
  namespacesMax: 10_000,
  /** Between checks of the gateway's own rights. */
  rightsProbeMs: 5 * 60_000,
  /** Interval while the rights are too many or too few; the API server caches reviews for 10 s. */
  rightsProbeAgainMs: 10_000,
  /** Interval while the API server does not respond. */
  rightsProbeFailedMs: 2_000,
  /** How long a start waits for the first verdict, before which no call is served. */
  rightsFirstVerdictMsMax: 5_000,
  rightsProbeQuestionsAtOnceMax: 8,
  /** Probed namespaces among those served by name. */
  probedNamespacesMax: 50,
  /** Credentials and addresses whose use is counted; IPv6 is counted by /64. */
  limitedCredentialsMax: 20_000,
  limitedAddressesMax: 20_000,
  /** Longer ids are counted under a fingerprint. */
  limitedCredentialIdCharactersMax: 128,
  /** Recently valid credentials, for addresses that send many invalid ones. */
  knownCredentialsMax: 10_000,
  knownCredentialKeptMs: 10 * 60_000,
  forwardedBytesMax: 2 * 1024,
  trustedProxiesMax: 64,
  /** Between checks of the files of the TLS listener. */
  tlsFilesReadMs: 5_000,
  shutdownMsMax: 10_000,
  /** Time of the whole stop, before Kubernetes kills the process after 30 s. */
  stopMsMax: 25_000,
  /** Between checks for open intents and expired records. */
  upkeepMs: 30_000,
  tracerCloseMsMax: 2_000,
  /** Log lines that standard output has not accepted yet; later lines are dropped. */
  logBufferBytesMax: 16 * 1024 * 1024,
  secretsByNameMax: 50,
  secretsByNameAtOnceMax: 4,
} as const;
