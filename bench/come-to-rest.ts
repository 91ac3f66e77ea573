import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const lookMs = 500;
/** Of the processors, all servers together, in one look. */
const restingCpuMsMax = 50;
const waitMsMax = 300_000;

/**
 * Waits until servers have done what the last load left them to do, and the disk has what they
 * wrote, lest the next load waits behind that; rejects after five minutes.
 * `usedMs`: what they have used of the processors so far.
 */
export async function comeToRest(usedMs: () => number): Promise<void> {
  const untilMs = performance.now() + waitMsMax;
  for (let before = usedMs(); ; before = usedMs()) {
    await pause(lookMs);
    if (usedMs() - before <= restingCpuMsMax) break;
    if (performance.now() > untilMs) throw new Error('the servers do not come to rest');
  }
  await run('sync', { timeout: waitMsMax });
}
