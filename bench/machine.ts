import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The machine that a benchmark ran on. */
export interface Machine {
  /** Model of the processor. */
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly os: string;
  readonly node: string;
}

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()} ${arch()}`,
    node: process.version,
  };
}
