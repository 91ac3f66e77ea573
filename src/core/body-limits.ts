/** Bounds of request bodies: what arrives, what is worked on, and what is made of it. */
export const bodyLimits = {
  /**
   * Bodies of one user from their first byte until their answer has left, as far as announced or
   * received: two of the largest batches of audit events, or three of the largest Secret writes.
   */
  bodiesOfUserBytesMax: 24 * 1024 * 1024,
  /** The same of all users. What is made of a body takes several times its size. */
  bodiesInAllBytesMax: 64 * 1024 * 1024,
  /** Of that, only small bodies take the last part: large ones never exclude ordinary writes. */
  bodiesSmallReserveBytes: 16 * 1024 * 1024,
  smallBodyBytesMax: 64 * 1024,
  /** A body that arrives for so long is ended where others have no room. */
  bodyKeptMsMin: 1_000,
  /** Bytes of bodies of one user: five Secrets of full size a second, in base64. */
  bodyBytesPerSecond: 8 * 1024 * 1024,
  /** The same at once after a pause: one body of any size but of a batch of audit events. */
  bodyBytesBurst: 8 * 1024 * 1024,
  /** How long a body may have to wait for those of its user before; else it is refused. */
  bodyWaitMsMax: 5_000,
  /** Users whose bytes are counted, of bodies and of responses. */
  byteUsersMax: 20_000,
  /** From here on a body is kept in one piece of memory, as long as it was announced. */
  bodyInOnePieceBytesMin: 512 * 1024,
  /** Between checks of the pace of a body that is not small. */
  bodyPaceMs: 5_000,
  /** What must arrive between two of them: 64 KiB a second. */
  bodyPaceBytesMin: 5 * 64 * 1024,
  jsonDepthMax: 32,
  /**
   * Members and list items of a JSON body, whatever its size. Kubernetes keeps at most about 60,000
   * keys in a Secret (1.5 MiB of etcd); one of 16,000 keys of a few bytes still passes.
   */
  jsonMembersMax: 16_384,
  /** Each further member counts as so many bytes of its user's rate: it costs as much to parse. */
  jsonMembersFree: 256,
  jsonMemberBytes: 512,
  /** Of each response, and of each GraphQL operation before it is rendered, this much is free. */
  answerBytesFree: 64 * 1024,
  /** Bytes beyond that of the responses to one user; lists that are streamed do not count. */
  answerBytesPerSecond: 8 * 1024 * 1024,
  answerBytesPerSecondMin: 1024 * 1024,
  answerBytesPerSecondMax: 16 * 1024 * 1024 * 1024,
  /** At once after a pause: what comes back in so long a time. */
  answerBurstMs: 2_000,
  /** Text of GraphQL is measured and rendered for each request, which takes twice as long. */
  renderedBytesFactor: 2,
  /** How long a user waits at most for what was sent before. */
  answerWaitMsMax: 10_000,
  /** A longer response is sent in pieces of this size, with others in between. */
  answerPieceBytes: 256 * 1024,
  /** Broken rules that one answer names: a large body can break a million. */
  errorsReportedMax: 100,
  /** Of an unwanted body so much is read, for so long, that its sender sees the answer. */
  unwantedBodyBytesMax: 1024 * 1024,
  /** The same of one address; beyond that nothing is read, and its sender may see no answer. */
  unwantedBytesPerSecond: 2 * 1024 * 1024,
  unwantedBytesBurst: 8 * 1024 * 1024,
  unwantedBodyMsMax: 1_000,
} as const;
