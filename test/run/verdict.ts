import { fileKey, type FileResult } from './spec-results.js';

/** More files that fail at first and then pass make a run red. */
export const FLAKY_FILES_MAX = 3;
/** More files that fail are no coincidence: none runs again. */
export const REPEATED_FILES_MAX = 8;

export interface FlakyFile {
  readonly project: string;
  readonly path: string;
  readonly failure: string;
}

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly flaky: readonly FlakyFile[];
  /** The last result of each file that did not pass at its end. */
  readonly red: readonly FileResult[];
  readonly isGreen: boolean;
}

/** Returns the files that run once more; none if there are too many for a coincidence. */
export function filesToRepeat(results: readonly FileResult[]): readonly FileResult[] {
  const failed = results.filter((result) => result.failed > 0);
  return failed.length > REPEATED_FILES_MAX ? [] : failed;
}

/**
 * Judges a run. The second result of a file counts in place of the first result. The tests of up to
 * `FLAKY_FILES_MAX` files that fail once and then pass count as passed.
 */
export function verdictOf(
  first: readonly FileResult[],
  second: readonly FileResult[],
  faults: readonly string[],
): Verdict {
  const repeated = new Map(second.map((result) => [fileKey(result), result]));
  const last = first.map((result) => repeated.get(fileKey(result)) ?? result);
  const flaky = first
    .filter((result) => result.failed > 0 && repeated.get(fileKey(result))?.failed === 0)
    .map(({ project, path, failures }) => ({ project, path, failure: failures[0] ?? '' }));
  const red = last.filter(({ failed }) => failed > 0);
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const tooMany = flaky.length > FLAKY_FILES_MAX ? flaky.length : 0;
  const passed = sum(last.map((result) => result.passed));
  const failed = sum(red.map((result) => result.failed)) + faults.length + tooMany;
  return { passed, failed, flaky, red, isGreen: failed === 0 && passed > 0 };
}
