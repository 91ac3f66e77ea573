import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FlakyFile } from './verdict.js';

export const FLAKY_FILE = 'test-results/flaky.json';
const RECORDS_MAX = 500;

/** Appends the flaky files of a run to a list of JSON, whose oldest entries end at a bound. */
export function recordFlaky(files: readonly FlakyFile[], path = FLAKY_FILE, at = new Date()): void {
  if (files.length === 0) return;
  const added = files.map((file) => ({ at: at.toISOString(), ...file }));
  mkdirSync(dirname(path), { recursive: true });
  const all = [...recorded(path), ...added].slice(-RECORDS_MAX);
  writeFileSync(path, `${JSON.stringify(all, undefined, 2)}\n`);
}

function recorded(path: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
