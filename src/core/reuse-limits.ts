/** Bounds of what one request leaves for the next ones: each saves work and decides nothing. */
export const reuseLimits = {
  /** Tokens whose principals are kept; each is looked at again with every request. */
  verifiedTokensMax: 10_000,
  /** At the latest after twice as long a token is verified from the beginning. */
  verifiedTokenKeptMs: 60_000,
  /** Of each operation: what path and query of requests were parsed to. */
  parsedTargetsMax: 1_000,
  parsedTargetKeptMs: 60_000,
  parsedTargetCharactersMax: 512,
} as const;
