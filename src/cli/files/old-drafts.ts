import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../output/system-error.js';

/** Begin of the names of drafts: encodeURIComponent gives no @, so no context has such a name. */
export const DRAFT_PREFIX = '.sallyport-draft@';
const UUID = /^[\da-f-]{36}$/;
/** A draft is moved at once: after this time, its process has ended. */
const DRAFT_AGE_MS_MAX = 60_000;

/** Removes the drafts that processes have left in a folder because they were killed. */
export function removeOldDrafts(folder: string, nowMs = Date.now()): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (isDraft(name) && isOld(path, nowMs)) rmSync(path, { force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function isDraft(name: string): boolean {
  return name.startsWith(DRAFT_PREFIX) && UUID.test(name.slice(DRAFT_PREFIX.length));
}

function isOld(path: string, nowMs: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && nowMs - stats.mtimeMs > DRAFT_AGE_MS_MAX;
}
