import { isLong } from '../support/scale.js';
import { canInstall, install } from './apt-packages.js';
import { buildAll } from './builds.js';
import { mergeResults } from './merged-results.js';
import {
  installCommand,
  missingMessage,
  missingPrograms,
  neededPrograms,
  programsOfLongRuns,
} from './needed-programs.js';
import { runStep, type StepResult } from './step.js';

// `npm test`: everything, in the order that shows a mistake soonest. Arguments go to vitest, and
// leave out checks and unit tests.
const OTHERS = [
  ...['main', 'isolated', 'sandbox', 'sandbox-with-servers'],
  ...(isLong ? ['harness', 'api-tools'] : []),
].map((name) => `--project=${name}`);
const resultsFile = process.env['SALLYPORT_TEST_RESULTS'];
const only = process.argv.slice(2);
const isWhole = only.length === 0;

function tell(line: string): void {
  process.stderr.write(`npm test: ${line}\n`);
}

/** Installs what is missing where that is possible; else says what to do, and ends. */
function providePrograms(): boolean {
  const missing = missingPrograms([...neededPrograms, ...(isLong ? programsOfLongRuns : [])]);
  if (missing.length === 0) return true;
  const command = installCommand(missing);
  if (command === undefined || !canInstall()) {
    process.stderr.write(`${missingMessage(missing)}\n`);
    return false;
  }
  tell(`installing ${missing.map(({ aptPackage }) => aptPackage).join(', ')}`);
  install(command);
  return true;
}

function vitest(args: readonly string[], part: string): Promise<StepResult> {
  const results = resultsFile && { SALLYPORT_TEST_RESULTS: `${resultsFile}.${part}` };
  const environment = { ...(isWhole && { SALLYPORT_TEST_LOOP: 'whole' }), ...results };
  return runStep(['vitest', 'run', ...args], { environment });
}

async function built(): Promise<StepResult> {
  const startedAtMs = Date.now();
  const isPassed = await buildAll(tell).then(
    () => true,
    (error: unknown) => {
      tell(error instanceof Error ? error.message : String(error));
      return false;
    },
  );
  return { isPassed, seconds: Math.round((Date.now() - startedAtMs) / 1_000) };
}

/** Whether all passed; says how long each took. */
function summed(steps: Readonly<Record<string, StepResult>>): boolean {
  const line = ([name, { isPassed, seconds }]: [string, StepResult]) =>
    `${name} ${isPassed ? 'passed' : 'FAILED'} (${seconds} s)`;
  tell(Object.entries(steps).map(line).join(', '));
  return Object.values(steps).every(({ isPassed }) => isPassed);
}

async function main(): Promise<boolean> {
  if (!providePrograms()) return false;
  const checking = isWhole
    ? runStep(['npm', 'run', '--silent', 'check'], { isShownAtEnd: true })
    : undefined;
  const [builds, units] = await Promise.all([
    built(),
    isWhole ? vitest(['--project', 'unit'], 'unit') : undefined,
  ]);
  // What is left of the checks is done beside the other tests.
  const others = builds.isPassed ? await vitest(isWhole ? OTHERS : only, 'others') : undefined;
  const checks = await checking;
  const first = { builds, ...(checks && { checks }), ...(units && { units }) };
  if (others === undefined) return summed(first);
  if (resultsFile) {
    mergeResults([`${resultsFile}.unit`, `${resultsFile}.others`], resultsFile);
  }
  return summed({ ...first, others });
}

process.exitCode = (await main()) ? 0 : 1;
