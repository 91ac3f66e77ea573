import { isLong } from '../support/scale.js';
import { canInstall, install } from './apt-packages.js';
import { buildAll } from './builds.js';
import { changedSpecs } from './changed-specs.js';
import { runChecks } from './checks.js';
import { clock, Display } from './display.js';
import { FLAKY_FILE, recordFlaky } from './flaky-record.js';
import { leftOut } from './left-out.js';
import {
  installCommand,
  missingMessage,
  missingPrograms,
  neededPrograms,
  programsOfLongRuns,
} from './needed-programs.js';
import { runMutations } from './mutations.js';
import { savePreviousRun } from './previous-run.js';
import type { RunKind } from './projects.js';
import { repeatFailed, runSpecs, type SpecRun } from './run-specs.js';
import { FLAKY_FILES_MAX, type Verdict } from './verdict.js';

// `npm test` needs Node alone; `--full` is `npm run test:full`, `--rest` runs the long files and
// `--changed` the specs of what differs from main. Other arguments are parts of paths.
const MODES = ['--full', '--rest', '--changed'] as const;
const args = process.argv.slice(2);
const mode = MODES.find((name) => args.includes(name));
const patterns = args.filter((arg) => arg !== mode);
const kind: RunKind = mode === '--full' ? 'full' : mode === '--rest' ? 'rest' : 'node';
const isWhole = patterns.length === 0 && mode !== '--changed';
const command = mode === '--full' ? 'npm run test:full --' : 'npm test --';
const times = `${kind}${isLong ? '-long' : ''}`;

const NODE_ALONE = ['unit', 'sandbox'];
const WITH_PROGRAMS = [
  ...['main', 'isolated', 'sandbox-with-servers'],
  ...(isLong ? ['harness', 'api-tools'] : []),
];

const display = new Display(isWhole ? times : undefined, command);
const environment = {
  SALLYPORT_TEST_RUN: kind,
  ...(!isWhole && { SALLYPORT_TEST_LONG_FILES: '1' }),
};

function projects(names: readonly string[]): readonly string[] {
  return names.map((name) => `--project=${name}`);
}

function tell(line: string): void {
  display.tell(line);
}

/** Installs missing programs if possible; otherwise throws with how to install them. */
function providePrograms(): void {
  const missing = missingPrograms([...neededPrograms, ...(isLong ? programsOfLongRuns : [])]);
  if (missing.length === 0) return;
  const apt = installCommand(missing);
  if (apt === undefined || !canInstall()) throw new Error(missingMessage(missing));
  tell(`installing ${missing.map(({ aptPackage }) => aptPackage).join(', ')}`);
  install(apt);
}

/** Runs a step that is no spec file; returns a fault if it fails. */
async function faultOf(step: string, work: Promise<unknown>): Promise<readonly string[]> {
  const startedAtMs = Date.now();
  try {
    await display.during(step, work);
    display.tell(`${step} passed (${clock((Date.now() - startedAtMs) / 1_000)})`);
    return [];
  } catch (error) {
    const text = `${step} FAILED: ${error instanceof Error ? error.message : String(error)}`;
    display.tell(text);
    return [text];
  }
}

async function specs(names: readonly string[], only: readonly string[]): Promise<SpecRun> {
  const run = runSpecs([...projects(names), ...only], display, environment);
  return display.during(`specs of ${names.join(', ')}`, run);
}

const nothing: SpecRun = { results: [], faults: [] };

function joined(runs: readonly SpecRun[]): SpecRun {
  return {
    results: runs.flatMap(({ results }) => results),
    faults: runs.flatMap(({ faults }) => faults),
  };
}

async function runWhole(): Promise<SpecRun> {
  const needsPrograms = kind !== 'node';
  const [checks, builds, first] = await Promise.all([
    kind === 'rest' ? [] : faultOf('checks', runChecks(tell)),
    needsPrograms ? faultOf('builds', buildAll(tell)) : [],
    kind === 'rest' ? nothing : specs(NODE_ALONE, []),
  ]);
  const steps = { results: [], faults: [...checks, ...builds] };
  if (!needsPrograms || builds.length > 0) return joined([steps, first]);
  const second = await specs(kind === 'rest' ? ['main', 'sandbox'] : WITH_PROGRAMS, []);
  if (kind !== 'full' || !isLong) return joined([steps, first, second]);
  const faults = await faultOf('mutations', runMutations().then(tell));
  return joined([steps, first, second, { results: [], faults }]);
}

/** Runs the files that match; of a whole run, also those about the servers of tests. */
async function runMatching(): Promise<SpecRun> {
  const all = kind === 'node' ? NODE_ALONE : [...NODE_ALONE, ...WITH_PROGRAMS, 'harness'];
  const run = await specs([...new Set(all)], patterns);
  if (run.results.length > 0) return run;
  const other = kind === 'node' ? '; `npm run test:full -- PATTERN` runs all others' : '';
  return { results: [], faults: [`no spec file that this command runs matches${other}`] };
}

async function runChanged(): Promise<SpecRun> {
  const { chosen, others } = changedSpecs();
  if (others > 0) tell(`${others} spec files that need more than Node are not run`);
  return chosen.length === 0 ? nothing : specs(NODE_ALONE, chosen);
}

function report({ passed, failed, flaky, red }: Verdict, { faults, results }: SpecRun): void {
  if (red.length > 0) tell('\nFailures:');
  for (const result of red) display.failure(result);
  for (const fault of faults) tell(fault);
  if (flaky.length > 0) tell(`flaky: (recorded in ${FLAKY_FILE})`);
  for (const { path, project, failure } of flaky) {
    tell(`  ${path} (${project})\n    ${failure.replaceAll('\n', '\n    ')}`);
  }
  if (flaky.length > FLAKY_FILES_MAX) {
    tell(`${flaky.length} flaky files: more than ${FLAKY_FILES_MAX} fail the run`);
  }
  if (isWhole && kind === 'node') tell(leftOut(results));
  tell(`${results.length} spec files in ${clock(display.seconds)}`);
  // The last line of a run, on the standard output alone.
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
}

async function main(): Promise<boolean> {
  if (kind !== 'node') providePrograms();
  const run = await (mode === '--changed' ? runChanged() : isWhole ? runWhole() : runMatching());
  const verdict = await repeatFailed(run, [], display, environment);
  display.close();
  recordFlaky(verdict.flaky);
  report(verdict, run);
  if (isWhole && verdict.isGreen) savePreviousRun(times, display.seconds, run.results);
  // No spec may import a change.
  return verdict.isGreen || (mode === '--changed' && run === nothing);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
} finally {
  display.close();
}
