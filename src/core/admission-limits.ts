/** Limits on reviews of the API server's admission webhook; each is named after its subject. */
export const admissionLimits = {
  /** Bytes of one review: the states of a Secret before and after a write, each at most 2 MiB. */
  reviewBytesMax: 5 * 1024 * 1024,
  /** Members of one review: two Secrets of 16,000 keys with the managed fields of these. */
  reviewMembersMax: 131_072,
  reviewDepthMax: 64,
  /** Reviews whose body is read or checked at the same time: 40 MiB of bodies. */
  reviewsAtOnceMax: 8,
  reviewsWaitingMax: 64,
  /** Time for a body to arrive. The API server waits for the whole review for at most 30 s. */
  reviewReadMsMax: 3_000,
  connectionsMax: 128,
  /** Refusals with an event each; further refusals of this second are counted in one event. */
  recordedRefusalsPerSecond: 50,
  recordedRefusalsBurst: 500,
  aggregateMs: 10_000,
  /** Characters of the sentence that the API server passes to its client. */
  messageCharactersMax: 4_096,
  /** Kubernetes' own: characters of one warning, and of all warnings of a response. */
  warningCharactersMax: 256,
  warningsMax: 16,
} as const;
