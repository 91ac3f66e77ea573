/** Limits on reviews of the API server's admission webhook; each is named after its subject. */
export const admissionLimits = {
  /**
   * Bytes of one review, which has the states of a Secret before and after a write. The API server
   * takes bodies of 3 MiB, and sends values in base64, annotations escaped, and managed fields.
   * Those are chosen by their writer, fit into 1.5 MiB of etcd, and can become six times as long.
   */
  reviewBytesMax: 24 * 1024 * 1024,
  /** Members of one review outside its managed fields: both states of a Secret, with a margin. */
  reviewMembersMax: 250_000,
  reviewDepthMax: 64,
  /** Bytes before the states: facts of the request, with those that a user's credential has. */
  reviewHeadBytesMax: 256 * 1024,
  /** Keys of a state. With its managed fields, a Secret of more does not fit into etcd. */
  reviewKeysMax: 80_000,
  /** Keys whose values are decoded before other work runs: a few milliseconds. */
  reviewKeysPerTurn: 4_096,
  /** Reviews whose body is read at the same time: 96 MiB of bodies. */
  reviewsAtOnceMax: 4,
  /** Reviews that wait to be read: as many as there are connections. */
  reviewsWaitingMax: 128,
  /** Bodies that wait for their check or are checked: of all owners, and of one with several. */
  heldBytesMax: 64 * 1024 * 1024,
  heldOfOwnerBytesMax: 16 * 1024 * 1024,
  /** Time after which a check does not begin. The API server waits 5 s for the answer. */
  reviewWaitMsMax: 3_000,
  /** Time for a body to arrive. The API server waits for the whole review for at most 30 s. */
  reviewReadMsMax: 3_000,
  connectionsMax: 128,
  /** Refusals with an event each; further refusals are counted in one event. */
  recordedRefusalsPerSecond: 10,
  recordedRefusalsBurst: 200,
  /** Keys that such an event names. */
  recordedKeysMax: 8,
  aggregateMs: 10_000,
  /** Characters of the sentence that the API server passes to its client. */
  messageCharactersMax: 4_096,
  /** Kubernetes' own: characters of one warning, and of all warnings of a response. */
  warningCharactersMax: 256,
  warningsMax: 16,
} as const;
