import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import { withBuildLock } from './build-lock.js';

/** Where what is built for tests is kept from one checkout to the next. */
export function cacheDir(environment: NodeJS.ProcessEnv): string {
  const { SALLYPORT_TEST_CACHE: ours, XDG_CACHE_HOME: shared } = environment;
  return resolve(ours || join(shared || join(homedir(), '.cache'), 'sallyport'));
}

/**
 * Has `build` fill a folder, unless it is there already; several processes may ask for it. Of a
 * build that failed nothing is left, and its error is the caller's.
 */
export async function builtOnce(
  folder: string,
  build: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await withBuildLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const unfinished = await mkdtemp(`${folder}.building-`);
    try {
      await build(unfinished);
      await publish(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
}

/**
 * Notes that a folder is in use, and removes the folders beside it whose names begin with `prefix`
 * and that nobody has used for so long: what was built of sources that have changed since.
 */
export async function keepUsed(folder: string, prefix: string, unusedMsMax: number): Promise<void> {
  await utimes(folder, new Date(), new Date());
  for (const name of await readdir(dirname(folder))) {
    // No lock, and nothing that is being built.
    if (name === basename(folder) || !name.startsWith(prefix) || name.includes('.')) continue;
    const other = join(dirname(folder), name);
    const usedMs = (await stat(other).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - usedMs > unusedMsMax) await rm(other, { recursive: true, force: true });
  }
}

async function publish(unfinished: string, folder: string): Promise<void> {
  try {
    await rename(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
