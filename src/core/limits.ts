import { anchorLimits } from './anchor-limits.js';
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

/** Every bound in one place, with its unit in the name. */
export const limits = {
  /** Kubernetes' own: sum of the decoded values of a Secret. */
  secretSizeBytesMax: 1024 * 1024,
  /** Bodies of Secret writes and GraphQL: escaped text grows up to sixfold. */
  secretBodyBytesMax: 7 * 1024 * 1024,
  headerBytesMax: 16 * 1024,
  /** How long an idle connection stays; proxies in front keep theirs for 60 s. */
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
  /** Revoked ones of an owner, of which it is remembered what they were. */
  ownTokensRevokedPerOwnerMax: 1_000,
  /** Entries of each member of a scope. */
  ownTokenScopeItemsMax: 100,
  ownTokenDescriptionCharactersMax: 256,
  /** How many times a token may make one that acts as somebody else. */
  ownTokenActingMax: 8,
  /** Tokens in a row, each of which made the next, that are looked at. */
  ownTokenAncestorsMax: 64,
  /** Pages of a list that are read where no gateway has written what is on them. */
  ownTokenForeignRoundsMax: 20,
  /** Revocations that are remembered, and how late one may be on record. */
  tokenRevocationsMax: 100_000,
  tokenRevocationLateMs: 300_000,
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
  /** Events that come later than that after their time are listed as late. */
  auditLateMs: 60_000,
  /** A search that takes longer answers with what it has, and a cursor. */
  auditSearchMsMax: 1_000,
  /** Entries that somebody has changed, of which alarms tell. */
  auditAlteredNamedMax: 100,
  /** Between two goes over the stored log, and between two bundles of 256 entries. */
  auditCheckEveryMs: 20_000,
  auditCheckPauseMs: 5,
  /** Names that one prefix stands for: each is looked up by itself. */
  auditPrefixNamesMax: 64,
  /** Events whose names begin alike, where those names are more than that. */
  auditPrefixRowsMax: 200_000,
  /** The same where another index serves as well. */
  auditPrefixRowsBesideMax: 10_000,
  auditCountMsMax: 10_000,
  auditCountsAtOnceMax: 2,
  auditCountsWaitingMax: 14,
  /** Lists of events below Secrets, of one GraphQL request. */
  auditNestedListsMax: 50,
  auditNestedListsAtOnceMax: 4,
  auditCountValuesMax: 100_000,
  /** From so many events on they are counted in an index, where that will do. */
  auditCountedRowsMin: 1_000,
  auditCountedLateMax: 1_000_000,
  /** Writes without an outcome that are known of at a time. */
  auditOpenIntentsMax: 10_000,
  /** Longer no write runs: an older intent of another process is one that a crash left open. */
  writeMsMax: 60_000,
  /** Writes that ended here, whose intents need not grow so old. */
  auditEndedWritesMax: 10_000,
  /** Between checkpoints while there are new events, and between looks while there are none. */
  auditPublishEveryMs: 1_000,
  /** Between two times that old checkpoints are thinned. */
  auditThinEveryMs: 10 * 60_000,
  /** What thinning reads at a time, and checkpoints that it deletes at a time. */
  auditThinCheckpointsReadMax: 5_000,
  auditThinEntriesReadMax: 10_000,
  auditThinDeletedMax: 500,
  /** An event tells of an anchored checkpoint within this time after that was signed. */
  auditAnchorRecordedMsMax: 5 * 60_000,
  /** Failures in a row after which operators are told that checkpoints are not thinned. */
  auditThinFailuresTold: 3,
  auditPublishNudgeMs: 50,
  auditPublishIdleMs: 30_000,
  /** After so long without a checkpoint that could be written operators are told. */
  auditPublishFailingMsTold: 30_000,
  /** The same after a refusal: each try reads again what did not fit. */
  auditPublishRefusedMs: 10_000,
  /** Entries that one checkpoint takes in, and that are read at a time. */
  auditIntegratedMax: 65_536,
  auditIntegrateStretch: 256,
  /** How long a proof waits for the checkpoint that takes its event in. */
  auditProofMsMax: 2_000,
  /** Roots of full tiles that are kept. */
  auditTileRootsMax: 8_192,
  /** How long a gateway may say nothing in the middle of an export, and its longest line. */
  auditExportSilenceMsMax: 60_000,
  auditExportLineBytesMax: 256 * 1024,
  /** What it says at least in so long a time. */
  auditExportPaceBytesMin: 64 * 1024,
  /** Verifier keys of one log: it gets another one every few years. */
  auditLogKeysMax: 64,
  /** Of a file with that many keys, and of one with checkpoints that were kept elsewhere. */
  auditKeyFileBytesMax: 64 * 1024,
  auditKeptFileBytesMax: 32 * 1024 * 1024,
  /** How long pruning waits until what announces it is signed. */
  auditPruneSignedMsMax: 10_000,
  /** How long an operator's command waits until the database takes events. */
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
  /** Answers of a failure, after which a batch becomes dead letters; no answer does not count. */
  auditSinkAttemptsMax: 10,
  auditSinkBackoffMsMin: 250,
  auditSinkBackoffMsMax: 60_000,
  /** Between looks for new events. */
  auditSinkPollMs: 250,
  /** Between notes of how far a sink has come; what came in between is delivered again. */
  auditSinkProgressMs: 1_000,
  /** Of several processes one feeds a sink: how long after its end another takes over. */
  auditLeaseMs: 30_000,
  auditLeasePollMs: 2_000,
  /** From so many events behind, or so long without a delivery, on there is a warning. */
  auditSinkLagEventsWarned: 10_000,
  auditSinkFailingMsWarned: 60_000,
  /** How long a stop waits for sinks to be fed what is left. */
  auditSinkStopMsMax: 2_000,
  auditRetentionBytesMin: 1024 * 1024,
  auditRetentionEveryMs: 60_000,
  /** How long an anchor or a sink may keep events that are to go, before that is an alarm. */
  auditPruneHeldMsMax: 5 * 60_000,
  /** It is told where events go that are younger, for want of room. */
  auditPruneYoungMs: 24 * 60 * 60_000,
  /** Bundles (256 entries) that are looked at for the size of all. */
  auditRetentionSampleBundlesMax: 64,
  /** Bundles that one run of pruning takes away. */
  auditPruneBundlesMax: 4_096,
  /** Names that one statement takes away. */
  auditPruneNamesMax: 500,
  ...anchorLimits,
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
  /** How long a start waits for the first verdict: no call is served before there is one. */
  rightsFirstVerdictMsMax: 5_000,
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
  forwardedBytesMax: 2 * 1024,
  trustedProxiesMax: 64,
  /** Between looks at the files of the TLS listener. */
  tlsFilesReadMs: 5_000,
  shutdownMsMax: 10_000,
  /** Of the whole stop, before Kubernetes kills the process after 30 s. */
  stopMsMax: 25_000,
  /** Between looks for intents left open and records past their time. */
  upkeepMs: 30_000,
  tracerCloseMsMax: 2_000,
  /** Log lines that standard output has not taken yet; later ones are dropped. */
  logBufferBytesMax: 16 * 1024 * 1024,
  secretsByNameMax: 50,
  secretsByNameAtOnceMax: 4,
} as const;
