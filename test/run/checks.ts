import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runStep } from './step.js';

/** Goes with the packages, so that it has an end. */
const PASSED = join('node_modules', '.cache', 'checks-passed');
const FOLDERS = '{src,test,packages,scripts,bench,assets,deploy,docs,.ci}/**/*';
const IGNORED = ['**/node_modules/**', '**/dist/**', 'bench/results/**'];

/** Runs types, lint, format and layers, unless no file differs from the last checks that passed. */
export async function runChecks(tell: (line: string) => void): Promise<void> {
  const digest = digestOfFiles();
  if (passedDigest() === digest) {
    tell('checks: no file has changed since they passed');
    return;
  }
  await runStep(['npm', 'run', '--silent', 'check']);
  mkdirSync(dirname(PASSED), { recursive: true });
  writeFileSync(PASSED, digest);
}

function passedDigest(): string | undefined {
  try {
    return readFileSync(PASSED, 'utf8');
  } catch {
    return undefined;
  }
}

function digestOfFiles(): string {
  const hash = createHash('sha256');
  const entries = globSync([FOLDERS, '*', '.*'], { exclude: IGNORED, withFileTypes: true });
  const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  for (const path of paths.toSorted()) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex');
}
