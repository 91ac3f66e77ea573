import { describe, expect, it } from 'vitest';
import { attributeErrors, type FileResult } from './spec-results.js';
import { filesToRepeat, FLAKY_FILES_MAX, REPEATED_FILES_MAX, verdictOf } from './verdict.js';

const green = (path: string): FileResult => {
  return { project: 'unit', path, passed: 3, failed: 0, seconds: 1, failures: [] };
};
const red = (path: string): FileResult => {
  return { ...green(path), passed: 2, failed: 1, failures: ['first', 'second'] };
};
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `${index}.spec.ts`);

describe('a run of spec files', () => {
  it('is green if all files pass', () => {
    const verdict = verdictOf([green('a'), green('b')], [], []);
    expect(verdict).toEqual({ passed: 6, failed: 0, flaky: [], red: [], isGreen: true });
  });

  it('is green if a file passes when it runs again, and names the file with its first failure', () => {
    const verdict = verdictOf([green('a'), red('b')], [green('b')], []);
    expect(verdict).toMatchObject({ passed: 6, failed: 0, isGreen: true });
    expect(verdict.flaky).toEqual([{ project: 'unit', path: 'b', failure: 'first' }]);
  });

  it('is red if a file fails twice', () => {
    const verdict = verdictOf([green('a'), red('b')], [red('b')], []);
    expect(verdict).toMatchObject({ passed: 5, failed: 1, flaky: [], isGreen: false });
    expect(verdict.red.map(({ path }) => path)).toEqual(['b']);
  });

  it('is red if a file that failed did not run again', () => {
    expect(verdictOf([green('a'), red('b')], [], []).isGreen).toBe(false);
  });

  it.each([
    [FLAKY_FILES_MAX, true],
    [FLAKY_FILES_MAX + 1, false],
  ])('with %i flaky files is green: %s', (count, isGreen) => {
    const paths = numbered(count);
    const verdict = verdictOf(paths.map(red), paths.map(green), []);
    expect(verdict).toMatchObject({ isGreen, failed: isGreen ? 0 : count });
  });

  it('is red without a passed test, or with a fault outside of all files', () => {
    expect(verdictOf([], [], []).isGreen).toBe(false);
    expect(verdictOf([green('a')], [], ['a worker died'])).toMatchObject({ failed: 1 });
  });

  it('tells the same file in two projects apart', () => {
    const other = { ...green('a'), project: 'sandbox' };
    expect(verdictOf([red('a'), other], [other], []).isGreen).toBe(false);
  });

  it('repeats what failed, up to a bound', () => {
    const paths = numbered(REPEATED_FILES_MAX);
    const results = [green('a'), ...paths.map(red)];
    expect(filesToRepeat(results).map(({ path }) => path)).toEqual(paths);
    expect(filesToRepeat([...results, red('one more')])).toEqual([]);
  });

  it('fails a file for an error outside of its tests', () => {
    const errors = [{ path: 'a', text: 'EPIPE' }, { path: 'unknown', text: 'x' }, { text: 'y' }];
    const { results, others } = attributeErrors([green('a'), green('b')], errors);
    expect(results).toEqual([{ ...green('a'), failed: 1, failures: ['EPIPE'] }, green('b')]);
    expect(others).toEqual(['x', 'y']);
  });
});
