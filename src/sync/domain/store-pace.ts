import { syncLimits } from '../../core/sync-limits.js';

/** Pace of a store: calls that it may get, and failures in a row. */
export interface StorePace {
  /** Calls that may be made at once. */
  readonly calls: number;
  /** Calls that only polls may make, so that no amount of changes keeps them out. */
  readonly pollCalls: number;
  /** Time up to which calls were added, in milliseconds of a monotonic clock. */
  readonly filledMs: number;
  readonly failures: number;
  /** Time before which the store is left alone. */
  readonly pausedUntilMs: number;
}

/** Returns the pace of a store that had no calls; `share`: part of all calls that it is about. */
export function freshPace(nowMs: number, share = 1): StorePace {
  const calls = syncLimits.storeCallsAtOnceMax * share;
  const pollCalls = syncLimits.pollCallsAtOnceMax * share;
  return { calls, pollCalls, filledMs: nowMs, failures: 0, pausedUntilMs: 0 };
}

/**
 * Returns the pace after one more round, or how long the round must wait. Polls leave half of the
 * calls to rounds that a change has caused, and have some calls of their own. A round with more
 * secrets than calls is admitted, and later rounds wait for the calls that it has taken.
 */
export function admitted(
  pace: StorePace,
  nowMs: number,
  isPoll: boolean,
  secrets = 1,
  share = 1,
): { readonly pace: StorePace } | { readonly waitMs: number } {
  if (nowMs < pace.pausedUntilMs) return { waitMs: pace.pausedUntilMs - nowMs };
  const { calls, pollCalls } = filled(pace, nowMs, share);
  const callsMin = isPoll ? (syncLimits.storeCallsAtOnceMax * share) / 2 : 1;
  const now = { ...pace, calls, pollCalls, filledMs: nowMs };
  if (calls >= callsMin) return { pace: { ...now, calls: calls - secrets } };
  if (isPoll && pollCalls >= 1) return { pace: { ...now, pollCalls: pollCalls - secrets } };
  const waitMs = ((callsMin - calls) / (syncLimits.storeCallsPerSecond * share)) * 1_000;
  if (!isPoll) return { waitMs };
  const pollWaitMs = ((1 - pollCalls) / (syncLimits.pollCallsPerSecond * share)) * 1_000;
  return { waitMs: Math.min(waitMs, pollWaitMs) };
}

function filled(
  pace: StorePace,
  nowMs: number,
  share: number,
): Pick<StorePace, 'calls' | 'pollCalls'> {
  const { storeCallsPerSecond, storeCallsAtOnceMax } = syncLimits;
  const { pollCallsPerSecond, pollCallsAtOnceMax } = syncLimits;
  const seconds = ((nowMs - pace.filledMs) / 1_000) * share;
  return {
    calls: Math.min(pace.calls + seconds * storeCallsPerSecond, storeCallsAtOnceMax * share),
    pollCalls: Math.min(pace.pollCalls + seconds * pollCallsPerSecond, pollCallsAtOnceMax * share),
  };
}

/** Returns the pace after an answer. A pause stays: the call began before the pause. */
export function afterAnswer(pace: StorePace): StorePace {
  return { ...pace, failures: 0 };
}

/**
 * Returns the pace after a failure. A store that demands a pause gets it; else the pause begins
 * after some failures in a row, and doubles with each further one. Calls that fail during a pause
 * began before it, and do not count.
 */
export function afterFailure(
  pace: StorePace,
  nowMs: number,
  retryAfterMs: number | undefined,
): StorePace {
  const demandedMs = retryAfterMs ?? 0;
  if (nowMs < pace.pausedUntilMs) {
    return { ...pace, pausedUntilMs: Math.max(pace.pausedUntilMs, nowMs + demandedMs) };
  }
  const failures = pace.failures + 1;
  const { storeFailuresMax, storePauseMsMin, storePauseMsMax } = syncLimits;
  const doublings = failures - storeFailuresMax;
  const backoffMs =
    doublings < 0 ? 0 : Math.min(storePauseMsMin * 2 ** Math.min(doublings, 20), storePauseMsMax);
  return { ...pace, failures, pausedUntilMs: nowMs + Math.max(backoffMs, demandedMs) };
}
