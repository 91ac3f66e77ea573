// Puts each worker thread of `src` in one file with all that it imports. A thread that loads some
// hundred modules takes 250 ms of a processor, one of a single file 50 ms.
//   node scripts/bundle-threads.ts dist    after `nest build`: replaces the threads that are there
import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const sources = join(import.meta.dirname, '..', 'src');
const THREADS = '**/*.worker.ts';

/** Writes every thread of `src` as one JavaScript file to the same place under `folder`. */
export async function bundleThreads(folder: string): Promise<void> {
  for (const thread of globSync(THREADS, { cwd: sources })) {
    await bundle(join(sources, thread), join(folder, thread.replace(/\.ts$/, '.js')));
  }
}

/** Writes a module with all that it imports as one file. */
export async function bundle(input: string, file: string): Promise<void> {
  // Silent: packages have optional parts, which are not installed.
  const build = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  await build.write({
    format: 'esm',
    dir: dirname(file),
    entryFileNames: basename(file),
    codeSplitting: false,
    sourcemap: true,
  });
  await build.close();
}

const [, program, folder] = process.argv;
if (program === import.meta.filename && folder !== undefined) await bundleThreads(folder);
