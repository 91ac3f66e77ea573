import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';

/** Returns whether a right holds, once that can be decided; false if the signal aborts before. */
export async function decidedRight(
  decide: () => Promise<{ readonly allowed: boolean }>,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      return (await decide()).allowed;
    } catch {
      const options = { signal, ref: false };
      await wait(limits.streamDecisionRetryMs, undefined, options).catch(() => undefined);
    }
  }
  return false;
}
