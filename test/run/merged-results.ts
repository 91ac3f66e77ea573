import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What vitest's JSON reporter writes, as far as it is read. */
interface Results {
  readonly startTime: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly unknown[];
}

/** Writes one file of the results of several runs that are there, and removes theirs. */
export function mergeResults(parts: readonly string[], file: string): void {
  const present = parts.filter((part) => existsSync(part));
  const all = present.map((part) => JSON.parse(readFileSync(part, 'utf8')) as Results);
  const sum = (of: (results: Results) => number) => all.reduce((total, one) => total + of(one), 0);
  const merged: Results = {
    startTime: Math.min(...all.map(({ startTime }) => startTime)),
    numPassedTests: sum(({ numPassedTests }) => numPassedTests),
    numFailedTests: sum(({ numFailedTests }) => numFailedTests),
    numFailedTestSuites: sum(({ numFailedTestSuites }) => numFailedTestSuites),
    testResults: all.flatMap(({ testResults }) => testResults),
  };
  writeFileSync(file, JSON.stringify(merged));
  for (const part of present) rmSync(part);
}
