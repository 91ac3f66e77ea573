import { accessSync, constants, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const IN_MEMORY = '/dev/shm';
const GIB = 1024 ** 3;
/** The databases of all workers, and as much again. */
const BYTES_MIN = 8 * GIB;

/**
 * Where tests put their folders: in memory where there is plenty, as databases wait for a disk most
 * of their time. Processes are killed here, machines are not. `TMPDIR` is another place, and so is
 * the disk with `SALLYPORT_TEST_SCALE`.
 */
export function temporaryFolder(): string {
  const { TMPDIR, SALLYPORT_TEST_SCALE: scale } = process.env;
  if (TMPDIR !== undefined || scale !== undefined) return tmpdir();
  return hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir();
}

function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, freemem()) >= BYTES_MIN;
  } catch {
    return false;
  }
}
