import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundlePrograms } from '../../scripts/bundle-programs.js';
import { bundleThreads } from '../../scripts/bundle-threads.js';
import { builtOnce, cacheDir, keepUsed } from '../cluster/built-once.js';

const PREFIX = 'gateway-';
const KEPT_MS = 24 * 3_600_000;
/** Compiled parts, by the name of their folder. */
const programs = [
  { name: 'gateway', config: 'tsconfig.build.json', sources: 'src' },
  { name: 'kube-sandbox', config: 'packages/kube-sandbox', sources: 'packages/kube-sandbox/src' },
] as const;
/** Sources that are bundled without a compiler. */
const bundled = 'packages/client/src';
const inputs = [
  'tsconfig.json',
  'tsconfig.build.json',
  'packages/kube-sandbox/package.json',
  'packages/kube-sandbox/tsconfig.json',
  'package-lock.json',
  'scripts/bundle-programs.ts',
  'scripts/bundle-threads.ts',
];

/**
 * The folder of `src` compiled with the shipped configuration, once for all specs of a run, and
 * again after a change; whoever needs more than to read it makes a copy. Types are the business of
 * `npm run check`, and what is compiled is the same without them.
 */
export async function compiledGateway(): Promise<string> {
  const cache = cacheDir(process.env);
  const folder = join(cache, PREFIX + digestOfSources());
  await builtOnce(folder, async (unfinished) => {
    for (const { config, sources, name } of programs) {
      const compiler = resolve('node_modules/typescript/bin/tsc');
      const output = join(unfinished, name);
      const options = ['-p', config, '--noCheck', '--outDir', output];
      await promisify(execFile)(process.execPath, [compiler, ...options]);
      await bundleThreads(resolve(sources), output);
    }
    await withPackages(unfinished, () => bundlePrograms(join(unfinished, 'gateway')));
  });
  await keepUsed(folder, PREFIX, KEPT_MS);
  return folder;
}

/** Lets modules of a folder outside of the checkout find the installed packages. */
async function withPackages(folder: string, work: () => Promise<void>): Promise<void> {
  const link = join(folder, 'node_modules');
  symlinkSync(resolve('node_modules'), link);
  await work();
  unlinkSync(link);
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const sources = [...programs.map((one) => one.sources), bundled]
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of [...inputs, ...sources.toSorted()]) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}
