import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const CHUNK = Buffer.alloc(64 * 1024);
const REMOVE_RETRIES_MAX = 3;

/**
 * Overwrites all files in a folder and removes it. Nothing is awaited, so that a handler of a
 * signal can call it.
 */
export function removePrivateFolder(path: string): void {
  try {
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile()) overwriteIfPossible(join(entry.parentPath, entry.name));
    }
  } catch {
    // To remove the folder matters more than to overwrite its files.
  }
  rmSync(path, { recursive: true, force: true, maxRetries: REMOVE_RETRIES_MAX });
}

function overwriteIfPossible(path: string): void {
  try {
    // The files are for reading alone, which binds their owner, too.
    chmodSync(path, 0o600);
    overwrite(path);
  } catch {
    // As above; the other files follow.
  }
}

function overwrite(path: string): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(descriptor);
    for (let at = 0; at < size; at += CHUNK.length) {
      writeSync(descriptor, CHUNK, 0, Math.min(CHUNK.length, size - at), at);
    }
  } finally {
    closeSync(descriptor);
  }
}
