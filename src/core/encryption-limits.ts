/** Bounds of keys and of their sources, with their units in the names. */
export const encryptionLimits = {
  /** Keys that wrap others: as many as settings may name. */
  encryptionKeysMax: 16,
  /** Wraps and age from which on another key takes over. */
  keyWrapsMax: 2 ** 30,
  keyAgeMsMax: 90 * 24 * 60 * 60 * 1000,
  /** From here on a key that nobody replaces is refused: GCM with random nonces ends at 2^32. */
  keyWrapsRefused: 2 ** 32 - 2 ** 20,
  /** Wraps that are counted before they are used, so that a crash leaves none uncounted. */
  keyWrapsReserved: 16_384,
  /** Between looks at the keys in the database and their sources; sooner after an unknown one. */
  keyLookMs: 10_000,
  keyLookSoonMs: 250,
  /** Tries at a start to agree with other replicas on the active key. */
  keyAgreementTriesMax: 8,
  keyFileBytesMax: 4_096,
  /** Of keys that nobody knows, those that an alarm names, and how much of each name. */
  keysNamedMax: 3,
  keyIdShownCharactersMax: 64,
  /** Kubernetes' own: for an answer of a KMS plugin, and of what is in it. */
  kmsCallMsMax: 3_000,
  kmsKeyIdBytesMax: 1_024,
  kmsCiphertextBytesMax: 1_024,
  kmsAnnotationBytesMax: 32 * 1024,
  kmsAnswerBytesMax: 128 * 1024,
  kmsReconnectMsMax: 1_000,
  /** Versions that are rewrapped in one transaction. */
  rewrapBatchMax: 500,
  /** Rows whose MACs are compared before others get their turn. */
  rowsCheckedAtOnceMax: 200,
  rowCheckPartPauseMs: 20,
  /** How much longer a check in the background rests than it works. */
  checkRestFactor: 9,
  /** Between two goes over all rows: an alarm comes within a minute. */
  rowCheckEveryMs: 20_000,
  /** Of rows that no gateway has written: those that alarms name, and how much of each name. */
  tamperedRowsNamedMax: 100,
  tamperedNameCharactersMax: 128,
} as const;
