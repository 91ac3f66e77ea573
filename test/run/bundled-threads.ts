import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bundle, bundleThreads } from '../../scripts/bundle-threads.js';
import { builtOnce, keepUsed } from '../cluster/built-once.js';

/** Goes with the packages, so that it has an end. */
const KEPT = join('node_modules', '.cache', 'threads');
const KEPT_MS = 2 * 3_600_000;
const SOURCES = ['src', 'packages/kube-sandbox/src'] as const;
/** Program that runs the sandbox in a separate process, in the same folder as the threads. */
const SANDBOX = 'test/sandbox/sandbox-process';
/** Module that this program imports by its URL: in the folder of the bundled program. */
const ADMISSION = 'src/app/sandbox/admission/sallyport-admission.ts';

/**
 * The folder of the worker threads of `src`, and of the sandbox's process, each in one file with
 * all that it imports, made again after a change.
 */
export async function bundledThreads(): Promise<string> {
  const name = digest();
  const folder = join(KEPT, name);
  await builtOnce(folder, async (unfinished) => {
    for (const sources of SOURCES) await bundleThreads(sources, join(unfinished, sources));
    const program = join(unfinished, `${SANDBOX}.js`);
    await bundle(`${SANDBOX}.ts`, program);
    await bundle(ADMISSION, join(dirname(program), basename(ADMISSION).replace(/\.ts$/, '.js')));
  });
  // A run that began before a change still needs its own.
  await keepUsed(folder, '', KEPT_MS);
  return folder;
}

function digest(): string {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  const own = ['scripts/bundle-threads.ts', 'test/run/bundled-threads.ts', `${SANDBOX}.ts`];
  for (const path of [
    ...own,
    ...SOURCES.flatMap((sources) => globSync(`${sources}/**/*.ts`)).toSorted(),
  ]) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
