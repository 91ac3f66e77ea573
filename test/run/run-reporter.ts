import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type {
  Reporter,
  SerializedError,
  TestCase,
  TestModule,
  TestSpecification,
  TestSuite,
  Vitest,
} from 'vitest/node';
import type { FileResult, RunMessage, UnhandledError } from './spec-results.js';

const STACK_LINES_MAX = 6;

/** Reports files to the process that started vitest, as soon as each file ends. */
export class RunReporter implements Reporter {
  readonly #reported = new Set<TestModule>();
  #root = '';

  onInit({ config }: Vitest): void {
    this.#root = config.root;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    return send({ kind: 'started', files: specifications.length });
  }

  onTestModuleEnd(module: TestModule): Promise<void> {
    this.#reported.add(module);
    return send({ kind: 'file', result: fileResult(module) });
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly SerializedError[],
  ): Promise<void> {
    // A worker that dies takes its files with it: vitest lists them, but they never end.
    for (const module of modules.filter((one) => !this.#reported.has(one))) {
      await send({ kind: 'file', result: fileResult(module) });
    }
    await send({ kind: 'ended', errors: errors.map((error) => this.#unhandled(error)) });
  }

  #unhandled(error: SerializedError): UnhandledError {
    const path = error['VITEST_TEST_PATH'];
    const text = `error outside of tests\n${failureText(error)}`;
    return typeof path === 'string' ? { path: relative(this.#root, path), text } : { text };
  }
}

function send(message: RunMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function fileResult(module: TestModule): FileResult {
  const { duration, collectDuration } = module.diagnostic();
  const passed = [...module.children.allTests('passed')].length;
  const tests = [...module.children.allTests('failed')];
  const suites = [...module.children.allSuites()];
  const failures = [
    ...module.errors().map((error) => failureText(error)),
    ...suites.flatMap((suite) => suite.errors().map((error) => failureText(error, suite))),
    ...tests.flatMap((test) =>
      (test.result().errors ?? []).map((error) => failureText(error, test)),
    ),
  ];
  const isPassed = module.state() === 'passed' && failures.length === 0;
  if (!isPassed && failures.length === 0) failures.push(`the file ended as ${module.state()}`);
  return {
    project: module.project.name,
    path: module.relativeModuleId,
    passed,
    failed: isPassed ? 0 : Math.max(tests.length, 1),
    seconds: (duration + collectDuration) / 1_000,
    failures,
  };
}

/** Returns the title, the message, the difference, and the first frames outside of packages. */
function failureText(error: SerializedError, of?: TestCase | TestSuite): string {
  const { message, stack = '', diff } = error;
  const frames = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node_modules|<anonymous>/.test(line))
    .slice(0, STACK_LINES_MAX);
  const texts = [message, ...(typeof diff === 'string' ? [diff] : []), ...frames];
  const lines = texts.flatMap((text) => stripVTControlCharacters(text).split('\n'));
  return [...(of === undefined ? [] : [of.fullName]), ...lines.map((line) => `  ${line}`)].join(
    '\n',
  );
}
