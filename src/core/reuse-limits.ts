/** Limits on what a request caches for later requests: it saves work and decides nothing. */
export const reuseLimits = {
  /** Tokens with a cached principal; each is checked again with every request. */
  verifiedTokensMax: 10_000,
  /** After at most twice this time, a token is fully verified again. */
  verifiedTokenKeptMs: 60_000,
  /** Cached parse results of path and query, for each operation. */
  parsedTargetsMax: 1_000,
  parsedTargetKeptMs: 60_000,
  parsedTargetCharactersMax: 512,
} as const;
