import { workerLimits } from '../../core/worker-limits.js';

/** How often in a row one place of a worker has had to be filled again. */
export interface Restarts {
  readonly count: number;
  readonly delayMs: number;
}

/**
 * How long to wait before a worker is started again that has lived for `livedMs`: twice as long
 * each time, from the beginning where it had settled.
 */
export function nextRestart(before: Restarts | undefined, livedMs: number): Restarts {
  const { workerRestartMsMin, workerRestartMsMax, workerSettledMs } = workerLimits;
  if (before === undefined || livedMs >= workerSettledMs) {
    return { count: 1, delayMs: workerRestartMsMin };
  }
  const delayMs = Math.min(workerRestartMsMax, before.delayMs * 2);
  return { count: before.count + 1, delayMs };
}
