import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

const lookEveryMs = 20;
const kibPerMib = 1_024;
export const mbOfMib = 1.048_576;
/** Of all Linux systems, whatever the kernel counts in itself. */
const msPerTick = 10;

export interface Look {
  /** The most memory that it has had; NaN where the system does not tell. */
  readonly peakMib: number;
  /** What it has now. */
  readonly residentMib: number;
  /** Of all its threads: hardly depends on what else the machine does. */
  readonly cpuMs: number;
}

/** Of a process that is gone, or on a system that does not tell. */
export const unseen: Look = { peakMib: NaN, residentMib: NaN, cpuMs: NaN };

export interface ProcessFigures extends Look {
  readonly tookMs: number;
  readonly code: number | null;
}

/** Waits for the end of a process that was just started. */
export async function figuresOf(child: ChildProcess): Promise<ProcessFigures> {
  const startedAt = performance.now();
  let seen: Look = unseen;
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
    const mibOf = (field: string): number => {
      const kib = new RegExp(String.raw`^${field}:\s+(\d+) kB$`, 'm').exec(status)?.[1];
      return Math.round(Number(kib) / kibPerMib);
    };
    // Behind the name in brackets: the state, ten other fields, and the time of user and system.
    const fields = /.*\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ');
    const ticks = Number(fields?.[11]) + Number(fields?.[12]);
    // A process that has ended and was not waited for has no memory any more.
    if (Number.isNaN(mibOf('VmRSS'))) return undefined;
    return { peakMib: mibOf('VmHWM'), residentMib: mibOf('VmRSS'), cpuMs: ticks * msPerTick };
  } catch {
    return undefined;
  }
}

/** The same of a process and all that it has started, and these in turn. */
export function lookAtTree(pid: number): Look {
  const looks = treeOf(pid).map((one) => lookAt(one) ?? unseen);
  const sum = (of: (look: Look) => number): number => looks.reduce((all, one) => all + of(one), 0);
  return {
    peakMib: sum((look) => look.peakMib),
    residentMib: sum((look) => look.residentMib),
    cpuMs: sum((look) => look.cpuMs),
  };
}

function treeOf(pid: number): readonly number[] {
  try {
    const started = readdirSync(`/proc/${pid}/task`).flatMap((task) => {
      const pids = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ');
      return pids.filter((one) => one !== '').map(Number);
    });
    return [pid, ...started.flatMap(treeOf)];
  } catch {
    return [pid];
  }
}
