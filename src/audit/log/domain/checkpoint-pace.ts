/**
 * Milliseconds until another checkpoint may be signed, so that there is one in `everyMs` at most;
 * 0 if it may be now. A clock that was put back holds up nothing.
 */
export function untilDueMs(lastSignedMs: number, nowMs: number, everyMs: number): number {
  if (nowMs < lastSignedMs) return 0;
  return Math.max(0, lastSignedMs + everyMs - nowMs);
}
