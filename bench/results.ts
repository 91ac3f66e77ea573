import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchName, Verdict } from './floors.js';
import { thisMachine } from './machine.js';

const resultsFolder = join(import.meta.dirname, 'results');

export interface BenchResults {
  readonly bench: BenchName;
  readonly verdicts: readonly Verdict[];
  /** Sizes and durations of the run. */
  readonly terms: object;
  /** Everything else that was measured. */
  readonly details: object;
}

/**
 * Writes the results of a run with machine, date and commit; returns the path. A saved file is the
 * committed one of its benchmark, which it replaces; others have the time in their name.
 */
export function writeResults(
  { bench, verdicts, terms, details }: BenchResults,
  isSaved: boolean,
  folder = resultsFolder,
): string {
  mkdirSync(folder, { recursive: true });
  const date = new Date().toISOString();
  const file = isSaved ? `${bench}.json` : `${date.replaceAll(':', '-')}-${bench}.json`;
  const path = join(folder, file);
  const origin = { date, commit: commitOfTree(), machine: thisMachine() };
  const results = { bench, ...origin, terms, figures: verdicts, details };
  writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
  return path;
}

/** Ends in `-dirty` if tracked files have changed since the commit. */
function commitOfTree(): string {
  const asked = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
  try {
    return execFileSync('git', asked, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
