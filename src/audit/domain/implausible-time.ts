/** Mark of events whose time cannot be: they are found by the time at which they were written. */
export const IMPLAUSIBLE_TIME_MARK = 'time-implausible';

/** Between the clocks of the API server and of the gateway. */
const AHEAD_MS_MAX = 5 * 60_000;

/** Whether nothing can have happened then: it is yet to come, or before all computers. */
export function isImplausibleTime(timeMs: number, nowMs: number): boolean {
  return !(timeMs >= 0 && timeMs <= nowMs + AHEAD_MS_MAX);
}
