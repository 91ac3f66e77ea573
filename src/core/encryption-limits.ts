/** Limits on keys and their sources, with units in the names. */
export const encryptionLimits = {
  /** Keys that wrap other keys: as many as settings may name. */
  encryptionKeysMax: 16,
  /** Wraps and age after which another key becomes active. */
  keyWrapsMax: 2 ** 30,
  keyAgeMsMax: 90 * 24 * 60 * 60 * 1000,
  /** From here on, a key that was not replaced is refused: GCM with random nonces ends at 2^32. */
  keyWrapsRefused: 2 ** 32 - 2 ** 20,
  /** Wraps that are counted before they are used, so that a crash leaves none uncounted. */
  keyWrapsReserved: 16_384,
  /** Between checks of the keys in the database and their sources; sooner after an unknown key. */
  keyLookMs: 10_000,
  keyLookSoonMs: 250,
  /** Tries at a start to agree with other replicas on the active key. */
  keyAgreementTriesMax: 8,
  keyFileBytesMax: 4_096,
  /** Unknown keys that an alarm names, and characters of each name. */
  keysNamedMax: 3,
  keyIdShownCharactersMax: 64,
  /** Kubernetes' own limits for a KMS plugin's response and its content. */
  kmsCallMsMax: 3_000,
  kmsKeyIdBytesMax: 1_024,
  kmsCiphertextBytesMax: 1_024,
  kmsAnnotationBytesMax: 32 * 1024,
  kmsAnswerBytesMax: 128 * 1024,
  kmsReconnectMsMax: 1_000,
  /** Versions that are rewrapped in one transaction. */
  rewrapBatchMax: 500,
  /** Rows whose MACs are compared before other work runs. */
  rowsCheckedAtOnceMax: 200,
  rowCheckPartPauseMs: 20,
  /** Pause of a background check, as a multiple of its working time. */
  checkRestFactor: 9,
  /** Between two checks of all rows: an alarm comes within a minute. */
  rowCheckEveryMs: 20_000,
  /** Rows that no gateway wrote, as named in alarms, and characters of each name. */
  tamperedRowsNamedMax: 100,
  tamperedNameCharactersMax: 128,
} as const;
