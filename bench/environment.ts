import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { percentile } from './percentile.js';
import { wrkVersion } from './wrk.js';

const writes = 50;
const writeBytes = 4_096;

/** Of the machine and the tools: what explains many a figure. */
export interface Environment {
  readonly tool: string;
  readonly node: string;
  readonly processors: string;
  readonly memoryGib: number;
  /** What else ran as the measurement began, one minute's mean. */
  readonly load: number;
  /** Of a write of 4 KiB until it is on the disk of `dir`. */
  readonly fsyncP50Ms: number;
}

export async function environmentOf(dir: string): Promise<Environment> {
  const [load = NaN] = loadavg();
  return {
    tool: await wrkVersion(),
    node: process.version,
    processors: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    load,
    fsyncP50Ms: fsyncP50Ms(join(dir, 'fsync')),
  };
}

function fsyncP50Ms(path: string): number {
  const file = openSync(path, 'w');
  const took = Array.from({ length: writes }, () => {
    const startedAt = performance.now();
    writeSync(file, Buffer.alloc(writeBytes));
    fsyncSync(file);
    return performance.now() - startedAt;
  });
  closeSync(file);
  return percentile(took, 50);
}
