/** Limits on requests: a second, and in a burst after a pause. */
export interface BucketPolicy {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface BucketTurn {
  readonly isAllowed: boolean;
  /** The bucket's whole state: when it would be full again without requests. */
  readonly fullAtMs: number;
  /** Requests that would be allowed immediately. */
  readonly remaining: number;
  /** Until this request is allowed; 0 if it was. */
  readonly waitMs: number;
}

/** Sums of fractions of a millisecond miss whole requests by less than this. */
const ROUNDING = 1e-6;

/**
 * Takes requests, one if absent, from a token bucket, which is one number (the generic cell rate
 * algorithm). A refused request costs nothing, so that repeated requests are not refused for ever.
 * More than a whole bucket costs a whole bucket, so that every request is allowed at some time.
 */
export function takeFromBucket(
  fullAtMs: number | undefined,
  nowMs: number,
  policy: BucketPolicy,
  requests = 1,
): BucketTurn {
  const perRequestMs = 1_000 / policy.requestsPerSecond;
  const capacityMs = policy.burst * perRequestMs;
  const costMs = Math.min(requests * perRequestMs, capacityMs);
  // Never more than a whole bucket away, whatever remained from an earlier policy.
  const from = Math.min(Math.max(fullAtMs ?? nowMs, nowMs), nowMs + capacityMs);
  const overMs = from + costMs - nowMs - capacityMs;
  const isAllowed = overMs <= ROUNDING;
  const next = isAllowed ? from + costMs : from;
  return {
    isAllowed,
    fullAtMs: next,
    remaining: Math.max(0, Math.floor((capacityMs - (next - nowMs)) / perRequestMs + ROUNDING)),
    waitMs: isAllowed ? 0 : overMs,
  };
}
