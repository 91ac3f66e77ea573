import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleThreads } from '../../scripts/bundle-threads.js';
import { builtOnce, cacheDir, keepUsed } from '../cluster/built-once.js';

const PREFIX = 'gateway-';
const KEPT_MS = 24 * 3_600_000;
const inputs = [
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
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
    const compiler = resolve('node_modules/typescript/bin/tsc');
    const options = ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', unfinished];
    await promisify(execFile)(process.execPath, [compiler, ...options]);
    await bundleThreads(unfinished);
  });
  await keepUsed(folder, PREFIX, KEPT_MS);
  return folder;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of [...inputs, ...sources.toSorted()]) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}
