const SECOND_MS = 1_000;

/** Limits on exchanges with other stores; each is named after its subject. */
export const syncLimits = {
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
  /** Part of its lifetime after which a token of a store is renewed. */
  tokenUsedShare: 0.8,
  /** How long a token is used, whatever its lifetime: its ServiceAccount may be gone. */
  tokenUsedMsMax: 900 * SECOND_MS,
  /** How long a pause that a store demands may be. */
  retryAfterMsMax: 3_600 * SECOND_MS,
} as const;
