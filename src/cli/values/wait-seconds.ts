const WAIT_SECONDS_MAX = 30;
/** Waits within the limit on the age: one may be lost. */
const WAITS_OF_AGE = 3;

/** Returns how long a request waits at the gateway, so that values are confirmed in time. */
export function waitSecondsFor(maxStaleMs: number | undefined): number {
  if (maxStaleMs === undefined) return WAIT_SECONDS_MAX;
  const seconds = Math.floor(maxStaleMs / 1_000 / WAITS_OF_AGE);
  return Math.min(WAIT_SECONDS_MAX, Math.max(1, seconds));
}
