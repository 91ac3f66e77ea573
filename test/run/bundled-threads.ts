import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { builtOnce } from '../cluster/built-once.js';

const THREADS = 'src/**/*.worker.ts';
/** Not a bundle: what it starts has to share its modules with the gateway. */
const WHOLE = 'src/workers/**';
/** Goes with the packages, so that it has an end. */
const KEPT = join('node_modules', '.cache', 'threads');

/**
 * The folder of the worker threads of `src`, each in one file with all that it imports, made again
 * after a change. A gateway starts six of them, which takes a third of the time with these.
 */
export async function bundledThreads(): Promise<string> {
  const name = digest();
  const folder = join(KEPT, name);
  await builtOnce(folder, async (unfinished) => {
    for (const thread of globSync(THREADS, { exclude: [WHOLE] })) await bundle(thread, unfinished);
  });
  for (const other of await readdir(KEPT)) {
    if (!other.startsWith(name)) await rm(join(KEPT, other), { recursive: true, force: true });
  }
  return folder;
}

async function bundle(thread: string, folder: string): Promise<void> {
  const build = await rolldown({
    input: thread,
    platform: 'node',
    // What a test gives a thread crosses as messages: no class has to be the same on both sides.
    treeshake: false,
    // Of optional parts of packages that are not installed.
    logLevel: 'silent',
  });
  const file = join(folder, thread.replace(/\.ts$/, '.js'));
  await build.write({ format: 'esm', dir: dirname(file), codeSplitting: false });
  await build.close();
}

function digest(): string {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const path of globSync('src/**/*.ts').toSorted()) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
