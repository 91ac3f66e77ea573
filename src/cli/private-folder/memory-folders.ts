import { statfsSync } from 'node:fs';
import type { Terminal } from '../terminal.js';

/** Types of file systems in memory. statfs(2). */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** Returns the existing folders in memory that a user can write to, best first. */
export function memoryFolders({ env }: Pick<Terminal, 'env'>): readonly string[] {
  const candidates = [env['XDG_RUNTIME_DIR'] ?? '', '/dev/shm'];
  return candidates.filter((folder) => folder.startsWith('/') && isInMemory(folder));
}

function isInMemory(folder: string): boolean {
  try {
    return [TMPFS, RAMFS].includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}
