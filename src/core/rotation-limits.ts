const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Limits on rotation; each is named after its subject. */
export const rotationLimits = {
  /** One call of a target, connecting included. */
  targetCallMsMax: 10 * SECOND_MS,
  /** Time of a target call until Redis has agreed on TLS. */
  redisHandshakeMsMax: 3 * SECOND_MS,
  /** How long a driver may take to close its connections. */
  targetCloseMsMax: SECOND_MS,
  /** How long most of a replica set may take to replicate a change. */
  propagationMsMax: 5 * SECOND_MS,
  /** Bytes of a webhook's response that are read. */
  webhookAnswerBytesMax: 64 * 1_024,
  /** Keys that one rotation generates. */
  generatedKeysMax: 32,
  /** Cron expressions with a cached validity. */
  knownCronsMax: 1_000,
  /** The shortest interval of a schedule. */
  scheduleMsMin: MINUTE_MS,
  /** Tries of a step that may succeed later; retiring an old credential is tried for an hour. */
  attemptsMax: { create: 40, set: 6, test: 6, finish: 6, retire: 120 },
  /** How long tries continue if a change may have taken effect. */
  unsureMsMax: 24 * 60 * MINUTE_MS,
  backoffMsMin: 500,
  backoffMsMax: 30 * SECOND_MS,
  /** Certificates of a spec that CAs in other Secrets sign; likewise. */
  signedCertificatesMax: 4,
  /** Admission applies a policy some time after its creation. */
  stampingSettlesMs: 10 * SECOND_MS,
  /** Hosts and address ranges that the gateway may connect to. */
  /** Receivers of notifications. */
  notificationEndpointsMax: 4,
  /** Runs that one replica processes concurrently. */
  runsAtOnceMax: 16,
  /** Concurrent runs of one target host. */
  runsAtOncePerHostMax: 4,
  /** Concurrent runs of one namespace: generating RSA keys takes all cores for seconds. */
  runsAtOncePerNamespaceMax: 4,
  /** Runs that are fetched together. */
  dueRunsMax: 64,
  /** How often the database is polled for runs that other replicas left. */
  dueEveryMs: SECOND_MS,
  /** How often consumers are checked while a run waits for them. */
  consumersEveryMs: 5 * SECOND_MS,
  /** How often a lease is renewed while a step runs. */
  renewEveryMs: 10 * SECOND_MS,
  /** Names of Pods in a status. */
  podNamesMax: 5,
  /** Longest wait of a request for the end of a run. */
  waitSecondsMax: 300,
  /** Concurrent waits: each polls four times a second. */
  waitsMax: 512,
  waitsPerUserMax: 128,
  waitsPerAddressMax: 256,
  /** How often a run that a request waits for is polled. */
  waitEveryMs: 250,
  /** Changes of a status within this time are written together. */
  statusEveryMs: 200,
  /** Runs that are searched for the last success of a status. */
  statusRunsMax: 10,
  /** How often policies that did not run are checked again, and how many at a time. */
  statusRecheckMs: 5 * MINUTE_MS,
  statusRechecksMax: 100,
  /** Statuses that are written concurrently. */
  statusesAtOnceMax: 8,
  /** Runs that schedules begin concurrently. */
  runsBegunAtOnceMax: 32,
  /** When a schedule is retried that another run blocked. */
  scheduleAgainMs: 30 * SECOND_MS,
  /** How long the result is cached that the cluster stamps authors. */
  stampingCheckedMs: 10 * SECOND_MS,
  /** Pods of a namespace that are searched for users of a Secret, and objects of other kinds. */
  consumerPodsMax: 5_000,
  consumerWorkloadsMax: 10_000,
  /** Secrets of one GraphQL request whose consumers are searched. */
  consumerListsMax: 50,
  /** How long a kubelet takes to update the files of a volume. */
  kubeletRefreshMs: 2 * MINUTE_MS,
  /** How far a node's clock, or its kubelet's view of a Secret, may lag. */
  nodeClockSkewMs: 5 * SECOND_MS,
  /** Tries to restart a workload that other clients keep writing. */
  restartAttemptsMax: 5,
  /** Workloads that a spec names: a cluster policy queries the authorizer for each. */
  restartedWorkloadsMax: 16,
  /** Duration of a lease by the database's clock, and how long its owner relies on it. */
  leaseMs: 30 * SECOND_MS,
  leaseFencedMs: 20 * SECOND_MS,
  /** Changes of runs in one batch of the audit log: each takes a round trip or more. */
  batchChangesMax: 32,
  /** Tries to begin a run if the blocking run ends meanwhile. */
  beginTriesMax: 5,
  /** Ended runs of a Secret, since the last success, whose values are retained. */
  runsWithValuesMax: 32,
  /** Ended runs that one prune deletes. */
  prunedRunsMax: 100,
  /** Rows of values that are read together to be rewrapped. */
  rewrappedRunsMax: 100,
  /** Stored notifications, except delivered ones; beyond that, new notifications are dropped. */
  outboxRowsMax: 10_000,
  /** Stored notifications that no receiver accepted, and how long they are stored. */
  outboxDeadRowsMax: 1_000,
  outboxDeadMsMax: 7 * 24 * 60 * 60 * SECOND_MS,
  /** Between polls for notifications, and between counts of notifications. */
  outboxLookMs: SECOND_MS,
  outboxCountMs: 30 * SECOND_MS,
  /** Notifications that are delivered concurrently, each of another Secret. */
  outboxAtOnceMax: 8,
  /** How long one delivery may take, and how long its claim excludes other replicas. */
  outboxDeliveryMsMax: 15 * SECOND_MS,
  outboxClaimMs: 60 * SECOND_MS,
  /** After the first failed delivery: doubled each time, with jitter. */
  outboxBackoffMsMin: SECOND_MS,
  outboxBackoffMsMax: 60 * 60 * SECOND_MS,
  /** A notification that was not delivered by then becomes a dead letter. */
  outboxAttemptsMax: 40,
  outboxAgeMsMax: 24 * 60 * 60 * SECOND_MS,
  passwordCharactersMax: 512,
  /** Entropy of generated passwords. */
  passwordEntropyBitsMin: 128,
  /** Passwords that are drawn until one has a character of each class. */
  passwordDrawsMax: 10_000,
  generatedBytesMin: 16,
  generatedBytesMax: 1_024,
  certificateLifetimeMsMin: 60 * MINUTE_MS,
  /** A little more than ten years. */
  certificateLifetimeMsMax: 3_660 * 24 * 60 * MINUTE_MS,
  /** For clocks that lag slightly. */
  certificateBackdatedMs: 5 * MINUTE_MS,
  /** Alternative names of one kind in a certificate. */
  certificateNamesMax: 100,
  certificateUriCharactersMax: 512,
  /** Certificates in the Secret of a CA. */
  certificateChainMax: 8,
  sshCommentCharactersMax: 256,
  /** Public keys of earlier rotations that stay in a JWK set. */
  jwksKeepOldMax: 10,
  templateCharactersMax: 4_096,
  /** Size of a rendered template; Kubernetes stores no more in a Secret. */
  templatedBytesMax: 1_024 * 1_024,
  /** Tries to write a policy whose status changes meanwhile. */
  policyWriteAttemptsMax: 4,
  /** Secrets of one GraphQL request whose rotations are read. */
  rotationsReadMax: 100,
} as const;
