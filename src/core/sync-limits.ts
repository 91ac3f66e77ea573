const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Limits on syncs with other stores; each is named after its subject. */
export const syncLimits = {
  /** Pages in which the syncs of a namespace are listed, to find out whether an owner is one. */
  ownersPagesMax: 20,
  ownersPageMax: 500,
  /** One call of a store, connecting included. */
  callMsMax: 10 * SECOND_MS,
  /** Bytes of an answer that are read: KV v2 has no limit on the size of a secret. */
  answerBytesMax: 4 * 1_024 * 1_024,
  /** Characters of the name of a secret in a store, prefix included. */
  remoteNameCharactersMax: 512,
  /** Levels of such a name. */
  remoteNameLevelsMax: 16,
  /** Characters of a mark of ownership that are read. */
  markCharactersMax: 256,
  /** Secrets through which values come that a mark names: 256 characters fit every store. */
  markOriginsMax: 8,
  /** Part of its lifetime after which a token of a store is renewed. */
  tokenUsedShare: 0.8,
  /** How long a token is used, whatever its lifetime: its ServiceAccount may be gone. */
  tokenUsedMsMax: 900 * SECOND_MS,
  /** How long a pause that a store demands may be. */
  retryAfterMsMax: 3_600 * SECOND_MS,
  /** Bytes of a secret of AWS Secrets Manager. */
  awsSecretBytesMax: 64 * 1_024,
  /** Bytes of a parameter of AWS' Parameter Store, in its standard tier. */
  standardParameterBytesMax: 4 * 1_024,
  /** Bytes of a parameter in its advanced tier. */
  advancedParameterBytesMax: 8 * 1_024,
  /** Levels of the name of a parameter. */
  parameterLevelsMax: 15,
  /** Versions on one page of the history of a parameter. */
  parameterHistoryPageMax: 50,
  /** Pages of such a history that are read: AWS keeps 100 versions. */
  parameterHistoryPagesMax: 4,
  /** Days that AWS Secrets Manager keeps a deleted secret: the bounds of AWS. */
  recoveryDaysMin: 7,
  recoveryDaysMax: 30,
  /** Lifetime of the keys of a role of AWS, in seconds: the shortest that AWS gives. */
  roleSessionSeconds: 900,
  /** Characters of an answer in XML that are read. */
  xmlCharactersMax: 16 * 1_024,
  /** How often a write is sent whose answer is lost, to a store without a conditional write. */
  writeAttemptsMax: 3,
  /** Versions that one write names as overwritten, the last ones first. */
  overwrittenMax: 1_000,
  /**
   * Bytes of a secret in Azure Key Vault.
   * https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
   */
  azureValueBytesMax: 25 * 1_024,
  /** Versions in one page of a list of Azure Key Vault, which is the most that it sends. */
  azureVersionsPageMax: 25,
  /** Versions of a secret of Azure Key Vault that are listed: none is ever removed on its own. */
  azureVersionsMax: 2_500,
  /** Pages of such a list that are read. */
  azureVersionPagesMax: 200,
  /** Versions that a tag of Azure Key Vault names: 256 characters fit every version of the API. */
  azureSeenVersionsMax: 8,
  /** How often Azure Key Vault is asked whether a deletion or a recovery has ended. */
  azureTransitionPollsMax: 12,
  azureTransitionPauseMs: SECOND_MS / 2,
  /**
   * Bytes of a version in GCP Secret Manager.
   * https://cloud.google.com/secret-manager/quotas
   */
  gcpPayloadBytesMax: 64 * 1_024,
  /** Versions in which a write looks for its own values, after its answer was lost. */
  gcpVersionsComparedMax: 50,
  /** Lifetime of a token of an impersonated service account: a part of it is used. */
  gcpImpersonationSeconds: 1_200,
  /** Lifetime of a token of a ServiceAccount: the shortest that the API server makes. */
  accountTokenSeconds: 600,
  /** Characters of the URL of a store, of its roles and of its audience. */
  urlCharactersMax: 2_048,
  nameCharactersMax: 253,
  /** Permissions of a store, and namespaces of one of them. */
  allowancesMax: 64,
  allowedNamespacesMax: 100,
  /** Keys of one side that a sync takes. */
  syncedKeysMax: 1_000,
  /** Members of objects and items of lists in one answer of a store, and levels of them. */
  answerMembersMax: 20_000,
  answerLevelsMax: 64,
  /** Levels and members of an answer around the values of a secret, at most. */
  answerEnvelopeLevels: 8,
  answerEnvelopeMembers: 1_000,
  /** Keys that a sync names. */
  keysMax: 100,
  /** Keys with secrets of their own that one sync reads or writes concurrently. */
  keysConcurrentMax: 4,
  /** Characters of `adopt`. */
  adoptMax: 256,
  /** How often a store is asked for changes. */
  pollMsMin: 10 * SECOND_MS,
  pollMsMax: 24 * 60 * MINUTE_MS,
  /** Part of the time between two questions by which the next one is moved at random. */
  pollJitterShare: 0.2,
  /**
   * Names of which one request asks for change tags: of OpenBao a choice, with answers of 4 MiB at
   * most; of AWS its limits.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
   * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
   */
  openbaoTagsPageMax: 100,
  secretsManagerTagsMax: 20,
  parameterTagsMax: 10,
  /** Pages of a folder of OpenBao that are listed for its change tags. */
  openbaoTagPagesMax: 3,
  /** Time after which a check for changes lets others have their turn. */
  changeCheckMsMax: 5 * SECOND_MS,
  /** Groups of syncs whose change tags are asked for concurrently. */
  changeChecksAtOnceMax: 4,
  /** How long a look is trusted while the change tag stays: the author may have lost rights. */
  lookTrustedMs: 30 * MINUTE_MS,
  /** How often the syncs that are due are collected, and how many wait for a look at most. */
  dueCheckedMs: SECOND_MS,
  queuedPollsMax: 100,
  /** Time between the two looks that must see that a side has lost a key. */
  deletionConfirmedMs: 10 * SECOND_MS,
  /** When a replica that begins looks for records of syncs that are gone, and how many at once. */
  recordsSoughtMs: MINUTE_MS,
  recordsPageMax: 500,
  /** One round of a sync, with all calls of both sides. */
  roundMsMax: 30 * SECOND_MS,
  /** Rounds of one look: a side may change meanwhile. */
  roundsMax: 3,
  /** Deleted syncs whose secrets one look takes over. */
  formerOwnersMax: 10,
  /** Calls of one store: on average, and together. */
  storeCallsPerSecond: 50,
  storeCallsAtOnceMax: 200,
  /** Further calls that only polls may make. */
  pollCallsPerSecond: 10,
  pollCallsAtOnceMax: 40,
  /** Part of these calls that the syncs of one namespace get: others must get some as well. */
  namespaceCallsShare: 0.8,
  /** Stores and namespaces whose calls are counted. */
  pacedNamespacesMax: 20_000,
  /** Failures in a row after which a store is left alone, and for how long. */
  storeFailuresMax: 5,
  storePauseMsMin: 5 * SECOND_MS,
  storePauseMsMax: 5 * MINUTE_MS,
  /** Stores whose pace is remembered. */
  pacedStoresMax: 1_000,
  /** Connections to stores, each for one ServiceAccount. */
  connectionsMax: 2_000,
  /** How long a connection is used: its CA may have changed. */
  connectionUsedMs: 15 * MINUTE_MS,
  /** How long a sync waits at most after a look that has failed, whatever its store says. */
  failedAgainMs: MINUTE_MS,
  /** Syncs that are looked at concurrently. */
  looksAtOnceMax: 16,
  /** Keys that a status names. */
  statusKeysMax: 100,
  /** Characters of a version of a store in a status, and of the time of its write. */
  statusVersionCharactersMax: 512,
  statusTimeCharactersMax: 64,
  /** Overwritten versions that a status and an event name. */
  statusOverwrittenMax: 10,
  /** Bytes of the body of a write. */
  bodyBytesMax: 64 * 1_024,
  /** Bytes of a notification of a store. */
  notificationBytesMax: 64 * 1_024,
  /** Secrets that one notification names. */
  notifiedNamesMax: 100,
  /** Characters of such a name; an ARN is longer than the name in it. */
  notifiedNameCharactersMax: 1_024,
  /** Claims that a token of a notification must have, and characters of each. */
  claimsMax: 8,
  claimCharactersMax: 512,
  /** Characters of the token itself. */
  notificationTokenCharactersMax: 8_192,
  /** Difference of the time of a signed webhook and that of the gateway. Standard Webhooks. */
  webhookToleranceMs: 5 * MINUTE_MS,
  /** Signatures of one webhook that are compared: a sender may change its secret. */
  webhookSignaturesMax: 8,
  /** Bytes of a signing secret. Standard Webhooks. */
  webhookSecretBytesMin: 24,
  webhookSecretBytesMax: 64,
  /** Age of a message of AWS SNS, which repeats a delivery for an hour. */
  snsMessageMsMax: 70 * MINUTE_MS,
  /** Ids of signed notifications that are remembered, to count each once. */
  notificationIdsMax: 20_000,
  /** Hints of one store: on average, and together. A notification has one for each name. */
  hintsPerSecond: 50,
  hintsAtOnceMax: 200,
  /** Stores whose hints are counted. */
  hintedStoresMax: 1_000,
  /** Syncs that wait for a look that was requested by a hint, in all. */
  hintedSyncsMax: 10_000,
  /** Looks that hints have caused, concurrently. */
  hintedLooksAtOnceMax: 4,
  /** How often such a look is repeated if the store cannot be asked. */
  hintedLookAttemptsMax: 6,
  /** How long a signing secret and an authority are used before they are read again. */
  notifySecretUsedMs: MINUTE_MS,
  /** How long keys of issuers and certificates of AWS SNS are used. */
  notifyKeysUsedMs: 60 * MINUTE_MS,
  /** Pause between two fetches of one of these, whatever senders send. */
  notifyFetchPauseMs: 10 * SECOND_MS,
  /** Fetched values that are remembered, of each kind. */
  notifyFetchedMax: 1_000,
  /** Certificates that messages of one topic may cause to be fetched: on average, and together. */
  snsCertificatesPerMinute: 6,
  snsCertificatesAtOnceMax: 5,
  /** Bytes of a set of keys, and of a certificate. */
  notifyKeysBytesMax: 64 * 1_024,
} as const;
