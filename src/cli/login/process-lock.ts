import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../output/system-error.js';

const RETRY_MS = 50;

/** Another process has the lock for longer than the caller waits. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
}

/**
 * Runs work while no other process has this lock. The kernel frees the lock of a process that has
 * died: it is the lock of SQLite on a file that stays empty. Throws LockTimeout.
 */
export async function withProcessLock<T>(
  path: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createOnce(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    await lockBefore(Date.now() + waitMs, lock);
    return await work();
  } finally {
    lock.close();
  }
}

/**
 * Creates the file for this user alone. A file that exists is not opened: the locks of a process on
 * a file end when the process closes any descriptor of it. POSIX, fcntl.
 */
function createOnce(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function lockBefore(deadlineMs: number, lock: DatabaseSync): Promise<void> {
  while (!isLocked(lock)) {
    if (Date.now() > deadlineMs) throw new LockTimeout('another process has the lock');
    await pause(RETRY_MS);
  }
}

function isLocked(lock: DatabaseSync): boolean {
  try {
    // A journal in memory: a process that is killed leaves no second file.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/database is locked/.test(String(error))) return false;
    throw error;
  }
}
