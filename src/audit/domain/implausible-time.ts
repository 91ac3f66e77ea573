/** Mark of events with an implausible time: searches use the time at which they were written. */
export const IMPLAUSIBLE_TIME_MARK = 'time-implausible';

/** Clock difference between the API server and the gateway. */
const AHEAD_MS_MAX = 5 * 60_000;

/** Reports whether nothing can have happened then: it is in the future, or before 1970. */
export function isImplausibleTime(timeMs: number, nowMs: number): boolean {
  return !(timeMs >= 0 && timeMs <= nowMs + AHEAD_MS_MAX);
}
