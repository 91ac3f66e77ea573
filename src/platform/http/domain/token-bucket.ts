/** How many requests: so many a second, and so many at once after a pause. */
export interface BucketPolicy {
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export interface BucketTurn {
  readonly isAllowed: boolean;
  /** The bucket's whole state: when it would be full again, were it left alone. */
  readonly fullAtMs: number;
  /** Requests that would be allowed at once now. */
  readonly remaining: number;
  /** Until this one is allowed; 0 where this one was. */
  readonly waitMs: number;
}

/** Sums of fractions of a millisecond miss whole requests by less than this. */
const ROUNDING = 1e-6;

/**
 * Requests, one if absent, out of a token bucket, which is one number (the generic cell rate
 * algorithm). A refused request costs nothing, so that who keeps asking is not kept out for ever;
 * more than a whole bucket costs a whole one, so that whatever is asked is allowed at some time.
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
  // Never more than a whole bucket away, whatever was kept from a policy before.
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
