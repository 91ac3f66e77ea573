import { expect, it, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPreviousRun, savePreviousRun, secondsLeft } from './previous-run.js';

it('a run is estimated from the share of the files of the last run that have ended', () => {
  const previous = { seconds: 100, files: { 'unit:a': 30, 'unit:b': 10 } };
  expect(secondsLeft(previous, [])).toBe(100);
  expect(secondsLeft(previous, ['unit:a', 'unit:new'])).toBe(25);
  expect(secondsLeft(previous, ['unit:a', 'unit:b'])).toBe(0);
  expect(secondsLeft(undefined, ['unit:a'])).toBeUndefined();
});

it('the durations of a run are stored outside of the checkout', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-times-'));
  vi.stubEnv('SALLYPORT_TEST_CACHE', folder);
  try {
    expect(readPreviousRun('node')).toBeUndefined();
    const file = { project: 'unit', path: 'a', passed: 1, failed: 0, seconds: 3, failures: [] };
    savePreviousRun('node', 9, [file]);
    expect(readPreviousRun('node')).toEqual({ seconds: 9, files: { 'unit:a': 3 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
