import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { percentile } from './percentile.js';
import { wrkVersion } from './wrk.js';

const writes = 50;
const writeBytes = 4_096;

/** Of the tools and of the machine at the time: what explains many a figure. */
export interface Environment {
  readonly tool: string;
  /** What else ran as the measurement began, one minute's mean. */
  readonly load: number;
  /** Of a write of 4 KiB until it is on the disk of `dir`. */
  readonly fsyncP50Ms: number;
}

export async function environmentOf(dir: string): Promise<Environment> {
  const [load = NaN] = loadavg();
  return {
    tool: await wrkVersion(),
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
