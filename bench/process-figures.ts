import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const lookEveryMs = 20;
const mib = 1_024;
/** Of all Linux systems, whatever the kernel counts in itself. */
const msPerTick = 10;

export interface Look {
  /** The most memory that it has had; NaN where the system does not tell. */
  readonly peakMib: number;
  /** Of all its threads: hardly depends on what else the machine does. */
  readonly cpuMs: number;
}

export interface ProcessFigures extends Look {
  readonly tookMs: number;
  readonly code: number | null;
}

/** Waits for the end of a process that was just started. */
export async function figuresOf(child: ChildProcess): Promise<ProcessFigures> {
  const startedAt = performance.now();
  let seen = { peakMib: NaN, cpuMs: NaN };
  // The kernel keeps both for as long as there is the process.
  const look = setInterval(() => {
    seen = lookAt(child.pid) ?? seen;
  }, lookEveryMs);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return { tookMs: performance.now() - startedAt, ...seen, code };
  } finally {
    clearInterval(look);
  }
}

/** What the kernel says of a process that runs. */
export function lookAt(pid: number | undefined): Look | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    // Behind the name in brackets: the state, ten other fields, and the time of user and system.
    const fields = /.*\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ');
    const ticks = Number(fields?.[11]) + Number(fields?.[12]);
    if (kib === undefined) return undefined;
    return { peakMib: Math.round(Number(kib) / mib), cpuMs: ticks * msPerTick };
  } catch {
    return undefined;
  }
}
