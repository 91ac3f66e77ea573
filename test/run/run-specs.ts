import type { Display } from './display.js';
import { runVitest } from './run-vitest.js';
import type { FileResult } from './spec-results.js';
import { filesToRepeat, verdictOf, type Verdict } from './verdict.js';

export interface SpecRun {
  readonly results: readonly FileResult[];
  readonly faults: readonly string[];
}

/** Runs spec files, and shows each file when it ends. */
export async function runSpecs(
  args: readonly string[],
  display: Display,
  environment: Readonly<Record<string, string>>,
): Promise<SpecRun> {
  return runVitest(args, {
    environment,
    onStarted: (files) => display.started(files),
    onFile: (result) => display.ended(result),
  });
}

/** Runs each file that failed once more, alone, and judges the run. */
export async function repeatFailed(
  { results, faults }: SpecRun,
  args: readonly string[],
  display: Display,
  environment: Readonly<Record<string, string>>,
): Promise<Verdict> {
  const second: FileResult[] = [];
  for (const { project, path } of filesToRepeat(results)) {
    display.tell(`again, alone: ${path} (${project})`);
    const only = [...args, `--project=${project}`, path];
    const repeated = await display.during(`again: ${path}`, runVitest(only, { environment }));
    // A fault of the repetition leaves the first result.
    if (repeated.faults.length > 0) continue;
    second.push(...repeated.results.filter((result) => result.path === path));
  }
  return verdictOf(results, second, faults);
}
