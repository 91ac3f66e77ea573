const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Bounds of rotation; each is named after what it bounds. */
export const rotationLimits = {
  /** One call of a target, connecting included. */
  targetCallMsMax: 10 * SECOND_MS,
  /** Of it, until Redis has agreed on TLS. */
  redisHandshakeMsMax: 3 * SECOND_MS,
  /** How long a driver may take to end its connections. */
  targetCloseMsMax: SECOND_MS,
  /** How long most of a replica set may take to follow. */
  propagationMsMax: 5 * SECOND_MS,
  /** What is read of an answer of a webhook. */
  webhookAnswerBytesMax: 64 * 1_024,
  /** Keys that one rotation generates. */
  generatedKeysMax: 32,
  /** Cron expressions that are known to be right or wrong. */
  knownCronsMax: 1_000,
  /** The shortest interval of a schedule. */
  scheduleMsMin: MINUTE_MS,
  /** Tries of a step that may pass; the end of an old credential is tried for an hour. */
  attemptsMax: { create: 40, set: 6, test: 6, finish: 6, retire: 120 },
  /** How long is gone on where a change may have taken effect. */
  unsureMsMax: 24 * 60 * MINUTE_MS,
  backoffMsMin: 500,
  backoffMsMax: 30 * SECOND_MS,
  /** Certificates of a spec that CAs of other Secrets sign; likewise. */
  signedCertificatesMax: 4,
  /** Admission takes up a policy somewhat after its time of creation. */
  stampingSettlesMs: 10 * SECOND_MS,
  /** Hosts that may be connected to, and ranges of addresses. */
  egressHostsMax: 1_000,
  egressRangesMax: 100,
  /** Receivers of notifications. */
  notificationEndpointsMax: 4,
  /** Runs that are worked on at once by one replica. */
  runsAtOnceMax: 16,
  /** The same of one target host. */
  runsAtOncePerHostMax: 4,
  /** The same of one namespace: generated RSA keys take all cores for seconds. */
  runsAtOncePerNamespaceMax: 4,
  /** Runs that are fetched at once. */
  dueRunsMax: 64,
  /** How often the database is asked for runs that others left. */
  dueEveryMs: SECOND_MS,
  /** How often consumers are looked at while they are waited for. */
  consumersEveryMs: 5 * SECOND_MS,
  /** How often a lease is renewed while a step goes on. */
  renewEveryMs: 10 * SECOND_MS,
  /** Names of Pods in a status. */
  podNamesMax: 5,
  /** Longest wait of a request for the end of a run. */
  waitSecondsMax: 300,
  /** Such waits: each looks four times a second. */
  waitsMax: 512,
  waitsPerUserMax: 128,
  waitsPerAddressMax: 256,
  /** How often a run that is waited for is looked at. */
  waitEveryMs: 250,
  /** Changes of a status within this time are written at once. */
  statusEveryMs: 200,
  /** Runs among which a status looks for the last that succeeded. */
  statusRunsMax: 10,
  /** How often policies are looked at again that would not run, and how many at a time. */
  statusRecheckMs: 5 * MINUTE_MS,
  statusRechecksMax: 100,
  /** Statuses that are written at once. */
  statusesAtOnceMax: 8,
  /** Runs that schedules begin at once. */
  runsBegunAtOnceMax: 32,
  /** A schedule that another run keeps from beginning is tried again. */
  scheduleAgainMs: 30 * SECOND_MS,
  /** How long it counts that the cluster stamps authors. */
  stampingCheckedMs: 10 * SECOND_MS,
  /** Pods of a namespace that are looked at for who uses a Secret, and objects of other kinds. */
  consumerPodsMax: 5_000,
  consumerWorkloadsMax: 10_000,
  /** Secrets of one GraphQL request whose consumers are looked for. */
  consumerListsMax: 50,
  /** How long a kubelet takes to bring the files of a volume up to date. */
  kubeletRefreshMs: 2 * MINUTE_MS,
  /** How far the clock of a node, or what its kubelet knows of a Secret, may be behind. */
  nodeClockSkewMs: 5 * SECOND_MS,
  /** Tries to restart a workload that others keep writing. */
  restartAttemptsMax: 5,
  /** Workloads that a spec names: a policy of the cluster asks the authorizer about each. */
  restartedWorkloadsMax: 16,
  /** How long a lease lasts by the database's clock, and how long its holder relies on it. */
  leaseMs: 30 * SECOND_MS,
  leaseFencedMs: 20 * SECOND_MS,
  /** Changes of runs that one batch of the audit log makes: each takes a round trip or more. */
  batchChangesMax: 32,
  /** Tries to begin a run where the one in its way ends meanwhile. */
  beginTriesMax: 5,
  /** Ended runs of a Secret, since the last that succeeded, whose values are kept. */
  runsWithValuesMax: 32,
  /** Ended runs that one prune takes away. */
  prunedRunsMax: 100,
  /** Rows of values that are read to be rewrapped at a time. */
  rewrappedRunsMax: 100,
  /** Notifications that are kept, delivered ones aside; what comes beyond that is dropped. */
  outboxRowsMax: 10_000,
  /** Of those, the ones that no receiver took, and how long. */
  outboxDeadRowsMax: 1_000,
  outboxDeadMsMax: 7 * 24 * 60 * 60 * SECOND_MS,
  /** Between looks for notifications, and between looks at how many there are. */
  outboxLookMs: SECOND_MS,
  outboxCountMs: 30 * SECOND_MS,
  /** Notifications that are delivered at once, each of another Secret. */
  outboxAtOnceMax: 8,
  /** How long one delivery may take, and how long nobody else tries the same one. */
  outboxDeliveryMsMax: 15 * SECOND_MS,
  outboxClaimMs: 60 * SECOND_MS,
  /** From the first failed delivery on: doubled each time, with jitter. */
  outboxBackoffMsMin: SECOND_MS,
  outboxBackoffMsMax: 60 * 60 * SECOND_MS,
  /** What was not delivered by then is dead. */
  outboxAttemptsMax: 40,
  outboxAgeMsMax: 24 * 60 * 60 * SECOND_MS,
  passwordCharactersMax: 512,
  /** Of passwords that are generated. */
  passwordEntropyBitsMin: 128,
  /** Passwords that are drawn until one has a character of each class. */
  passwordDrawsMax: 10_000,
  generatedBytesMin: 16,
  generatedBytesMax: 1_024,
  certificateLifetimeMsMin: 60 * MINUTE_MS,
  /** A little more than ten years. */
  certificateLifetimeMsMax: 3_660 * 24 * 60 * MINUTE_MS,
  /** For clocks that are a little behind. */
  certificateBackdatedMs: 5 * MINUTE_MS,
  /** Alternative names of one kind in a certificate. */
  certificateNamesMax: 100,
  certificateUriCharactersMax: 512,
  /** Certificates in the Secret of a CA. */
  certificateChainMax: 8,
  sshCommentCharactersMax: 256,
  /** Public keys of former rotations that stay in a JWK set. */
  jwksKeepOldMax: 10,
  templateCharactersMax: 4_096,
  /** What a template comes to; Kubernetes takes no more in a Secret. */
  templatedBytesMax: 1_024 * 1_024,
  /** Tries to write a policy whose status changes meanwhile. */
  policyWriteAttemptsMax: 4,
  /** Secrets of one GraphQL request whose rotations are looked at. */
  rotationsReadMax: 100,
  /** How long a name may take to be resolved. */
  lookUpMsMax: 5 * SECOND_MS,
  /** Addresses of one host that are looked at. */
  hostAddressesMax: 32,
} as const;
