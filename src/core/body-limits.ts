/** Limits on request bodies: bytes received, bytes processed, and what parsing creates. */
export const bodyLimits = {
  /**
   * Bodies of one user from the first byte until the response is sent, as announced or received.
   * This is two of the largest audit event batches, or three of the largest Secret writes.
   */
  bodiesOfUserBytesMax: 24 * 1024 * 1024,
  /** Bodies of all users. Parsing a body takes several times its size. */
  bodiesInAllBytesMax: 64 * 1024 * 1024,
  /** Last part of these bytes, for small bodies only: large ones never exclude ordinary writes. */
  bodiesSmallReserveBytes: 16 * 1024 * 1024,
  smallBodyBytesMax: 64 * 1024,
  /** A body that has been arriving for this time is ended if others have no room. */
  bodyKeptMsMin: 1_000,
  /** Bytes of bodies of one user: five Secrets of full size a second, in base64. */
  bodyBytesPerSecond: 8 * 1024 * 1024,
  /** Burst after a pause: one body of any size, except a batch of audit events. */
  bodyBytesBurst: 8 * 1024 * 1024,
  /** How long a body may wait for earlier bodies of its user; after that it is refused. */
  bodyWaitMsMax: 5_000,
  /** Users whose bytes are counted, for bodies and for responses. */
  byteUsersMax: 20_000,
  /** A body of at least this size is stored in one buffer of the announced length. */
  bodyInOnePieceBytesMin: 512 * 1024,
  /** Between checks of the transfer rate of a body that is not small. */
  bodyPaceMs: 5_000,
  /** Bytes that must arrive between two checks: 64 KiB a second. */
  bodyPaceBytesMin: 5 * 64 * 1024,
  jsonDepthMax: 32,
  /**
   * Members and list items of a JSON body of any size. Kubernetes stores at most about 60,000 keys
   * in a Secret (1.5 MiB of etcd); a Secret of 16,000 keys of a few bytes still passes.
   */
  jsonMembersMax: 16_384,
  /** Each further member counts as this many bytes of its user's rate: parsing costs as much. */
  jsonMembersFree: 256,
  jsonMemberBytes: 512,
  /** Free bytes of each response, and of each GraphQL operation before it is rendered. */
  answerBytesFree: 64 * 1024,
  /** Bytes beyond the free ones of the responses to one user; streamed lists do not count. */
  answerBytesPerSecond: 8 * 1024 * 1024,
  answerBytesPerSecondMin: 1024 * 1024,
  answerBytesPerSecondMax: 16 * 1024 * 1024 * 1024,
  /** Burst after a pause: the bytes of this time at the rate. */
  answerBurstMs: 2_000,
  /** Text of GraphQL is measured and rendered for each request, which takes twice as long. */
  renderedBytesFactor: 2,
  /** The longest wait of a user for the bytes sent before. */
  answerWaitMsMax: 10_000,
  /** A longer response is sent in pieces of this size, interleaved with other work. */
  answerPieceBytes: 256 * 1024,
  /** Broken rules that one response names: a large body can break a million. */
  errorsReportedMax: 100,
  /**
   * Bytes of an unwanted body that are read, and for how long, so that its sender gets a response.
   */
  unwantedBodyBytesMax: 1024 * 1024,
  /** Unwanted bytes of one address; beyond that, nothing is read and the response may be lost. */
  unwantedBytesPerSecond: 2 * 1024 * 1024,
  unwantedBytesBurst: 8 * 1024 * 1024,
  unwantedBodyMsMax: 1_000,
} as const;
