import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir } from '../cluster/built-once.js';
import { fileKey, type FileResult } from './spec-results.js';

/** Durations of the last whole run of a command, from which the next run estimates its end. */
export interface PreviousRun {
  readonly seconds: number;
  readonly files: Readonly<Record<string, number>>;
}

function pathOf(command: string): string {
  return join(cacheDir(process.env), 'test-times', `${command}.json`);
}

/** Returns the durations of the last whole run; undefined if no run is known. */
export function readPreviousRun(command: string): PreviousRun | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(command), 'utf8')) as PreviousRun;
  } catch {
    return undefined;
  }
}

/** Stores the durations of a whole run outside the checkout. */
export function savePreviousRun(
  command: string,
  seconds: number,
  results: readonly FileResult[],
): void {
  const path = pathOf(command);
  const files = Object.fromEntries(results.map((result) => [fileKey(result), result.seconds]));
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ seconds, files }));
  renameSync(draft, path);
}

/**
 * Estimates the seconds until the end of a run from the last run: its duration, less the share of
 * the files that ended. Undefined without a last run.
 */
export function secondsLeft(
  previous: PreviousRun | undefined,
  ended: readonly string[],
): number | undefined {
  if (previous === undefined) return undefined;
  const total = Object.values(previous.files).reduce((sum, seconds) => sum + seconds, 0);
  const done = ended.reduce((sum, key) => sum + (previous.files[key] ?? 0), 0);
  return total === 0 ? undefined : previous.seconds * (1 - done / total);
}
