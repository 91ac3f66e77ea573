/**
 * Returns milliseconds until another checkpoint may be signed, so that there is at most one in
 * `everyMs`; 0 if it may be now. A clock that was set back delays nothing.
 */
export function untilDueMs(lastSignedMs: number, nowMs: number, everyMs: number): number {
  if (nowMs < lastSignedMs) return 0;
  return Math.max(0, lastSignedMs + everyMs - nowMs);
}
