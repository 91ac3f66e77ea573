// Bundles each worker thread of a folder with its imports in one file. A thread of some hundred
// modules takes 250 ms of processor time to load, a thread of one file 50 ms.
//   node scripts/bundle-threads.ts src dist    after the compiler: replaces the threads in `dist`
import { globSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const THREADS = '**/*.worker.ts';
const sandbox = join(import.meta.dirname, '..', 'packages', 'kube-sandbox', 'src');
/** Packages of this repository, whose source may be newer than what is built. */
const sourceOfPackages = {
  '@sallyport/kube-sandbox/admission': join(sandbox, 'admission.ts'),
  '@sallyport/kube-sandbox': join(sandbox, 'index.ts'),
};

/** Writes every thread of `sources` as one JavaScript file to the same path in `folder`. */
export async function bundleThreads(sources: string, folder: string): Promise<void> {
  for (const thread of globSync(THREADS, { cwd: sources })) {
    await bundle(join(sources, thread), join(folder, thread.replace(/\.ts$/, '.js')));
  }
}

/** Writes a module with its imports as one file. */
export async function bundle(input: string, file: string): Promise<void> {
  // Silent: packages have optional parts, which are not installed.
  const build = await rolldown({
    input,
    platform: 'node',
    resolve: { alias: sourceOfPackages },
    logLevel: 'silent',
  });
  await build.write({
    format: 'esm',
    dir: dirname(file),
    entryFileNames: basename(file),
    codeSplitting: false,
    sourcemap: true,
  });
  await build.close();
}

const [, program, sources, folder] = process.argv;
if (program === import.meta.filename && sources !== undefined && folder !== undefined) {
  await bundleThreads(resolve(sources), folder);
}
