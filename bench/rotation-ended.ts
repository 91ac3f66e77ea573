import { setTimeout as pause } from 'node:timers/promises';
import { report } from './audit-report.js';
import type { GatewayProcess } from './gateway-process.js';

const lookEveryMs = 50;
const endedMsMax = 600_000;

export interface EndedRuns {
  /** From when they were due until the last has ended. */
  readonly tookS: number;
  readonly failures: number;
}

/** Waits until so many runs have ended that were due at a time, and says how long that took. */
export async function reportEnded(
  gateway: GatewayProcess,
  { count, dueMs }: { readonly count: number; readonly dueMs: number },
): Promise<EndedRuns> {
  await pause(Math.max(0, dueMs - Date.now()));
  const before = gateway.figures.cpuMs;
  const startedAt = performance.now();
  while (performance.now() - startedAt < endedMsMax) {
    if ((await gateway.metric('sallyport_rotations_ended_total')) >= count) {
      const tookS = (performance.now() - startedAt) / 1_000;
      const cpuMs = ((gateway.figures.cpuMs - before) / count).toFixed(1);
      const rate = Math.round(count / tookS);
      report(`${count} due at once`, `${tookS.toFixed(1)} s (${rate}/s, ${cpuMs} ms CPU)`);
      const failures = await failuresOf(gateway);
      report('ended otherwise than well', String(failures));
      return { tookS, failures };
    }
    await pause(lookEveryMs);
  }
  throw new Error('the runs do not end');
}

async function failuresOf(gateway: GatewayProcess): Promise<number> {
  const all = await gateway.metric('sallyport_rotations_ended_total');
  const { text } = await gateway.metrics();
  const line = /sallyport_rotations_ended_total\{state="succeeded"\} (\d+)/.exec(text);
  return all - Number(line?.[1] ?? 0);
}
