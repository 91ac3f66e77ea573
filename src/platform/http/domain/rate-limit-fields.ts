/** State of a caller under one policy. */
export interface RateLimitState {
  /** An `sf-string` without quotes: `credential`. */
  readonly policy: string;
  readonly quota: number;
  readonly windowMs: number;
  readonly remaining: number;
  /** Until the whole quota is available again; for a refused request, until one is allowed. */
  readonly resetMs: number;
}

/**
 * Returns `RateLimit` and `RateLimit-Policy` as structured fields.
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
 */
export function rateLimitFields(state: RateLimitState): Readonly<Record<string, string>> {
  const { policy, quota, windowMs, remaining, resetMs } = state;
  return {
    'ratelimit-policy': `"${policy}";q=${quota};w=${wholeSeconds(windowMs)}`,
    ratelimit: `"${policy}";r=${remaining};t=${wholeSeconds(resetMs)}`,
  };
}

/** Returns at least one: clients would retry `Retry-After: 0` immediately. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
