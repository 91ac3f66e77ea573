import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 500;
/** Of the processors, all servers together, in one look. */
const restingCpuMsMax = 50;
const waitMsMax = 300_000;

/**
 * Waits until servers have done what the last load left them to do; rejects after five minutes.
 * `usedMs`: what they have used of the processors so far.
 */
export async function comeToRest(usedMs: () => number): Promise<void> {
  const untilMs = performance.now() + waitMsMax;
  for (let before = usedMs(); ; before = usedMs()) {
    await pause(lookMs);
    if (usedMs() - before <= restingCpuMsMax) return;
    if (performance.now() > untilMs) throw new Error('the servers do not come to rest');
  }
}
