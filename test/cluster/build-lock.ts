import { rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const heartbeatMs = 2_000;
const staleAfterMs = 20_000;
const pollMs = 500;

/**
 * Runs `work` while holding `lockFile`, so that a second process waits instead of doing it again.
 * The lock only saves work: a holder that died (its heartbeat is old) is overruled, and in a rare
 * race two may work at once, so `work` itself must publish its result atomically.
 */
export async function withBuildLock<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  await acquire(lockFile);
  const heartbeat = setInterval(() => void beat(lockFile), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(lockFile, { force: true });
  }
}

async function acquire(lockFile: string): Promise<void> {
  for (let attempt = 1; !(await tryCreate(lockFile)); attempt++) {
    if (attempt === 1) process.stderr.write(`test cluster: waiting for ${lockFile}\n`);
    // A heartbeat, not the holder's pid: containers that share the folder do not share pids.
    if (await isStale(lockFile)) await rm(lockFile, { force: true });
    else await sleep(pollMs);
  }
}

async function tryCreate(lockFile: string): Promise<boolean> {
  try {
    await writeFile(lockFile, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function isStale(lockFile: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(lockFile)).mtimeMs > staleAfterMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function beat(lockFile: string): Promise<void> {
  const now = new Date();
  // A lock that someone took away is noticed by nobody and harms nobody: see above.
  await utimes(lockFile, now, now).catch(() => undefined);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
