import { readPreviousRun, secondsLeft, type PreviousRun } from './previous-run.js';
import { fileKey, type FileResult } from './spec-results.js';

const ON_TERMINAL_MS = 1_000;
const IN_LOG_MS = 30_000;
const CLEAR_LINE = '\r\u001B[K';

/** Prints one line of progress, and failures when they happen. */
export class Display {
  readonly #startedAtMs = Date.now();
  readonly #ended: string[] = [];
  readonly #steps = new Set<string>();
  readonly #previous: PreviousRun | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #again: string;
  readonly #print: (text: string) => void;
  readonly #isTerminal: boolean;
  #files = 0;
  #tests = 0;
  #failed = 0;

  /** `again` is the command that runs one file; `command` names the durations of the last run. */
  constructor(command: string | undefined, again: string, print?: (text: string) => void) {
    this.#again = again;
    this.#isTerminal = print === undefined && process.stderr.isTTY;
    this.#print = print ?? ((text) => void process.stderr.write(text));
    this.#previous = command === undefined ? undefined : readPreviousRun(command);
    const isTerminal = this.#isTerminal;
    const show = () =>
      this.#print(isTerminal ? `${CLEAR_LINE}${this.progress()}` : `${this.progress()}\n`);
    this.#timer = setInterval(show, isTerminal ? ON_TERMINAL_MS : IN_LOG_MS);
  }

  get seconds(): number {
    return (Date.now() - this.#startedAtMs) / 1_000;
  }

  /** Prints a line; the line of progress is printed again after it. */
  tell(line: string): void {
    this.#print(`${this.#isTerminal ? CLEAR_LINE : ''}${line}\n`);
  }

  /** Names a step in the line of progress until the step ends. */
  async during<Result>(step: string, work: Promise<Result>): Promise<Result> {
    this.#steps.add(step);
    try {
      return await work;
    } finally {
      this.#steps.delete(step);
    }
  }

  started(files: number): void {
    this.#files += files;
  }

  ended(result: FileResult): void {
    this.#ended.push(fileKey(result));
    this.#tests += result.passed + result.failed;
    if (result.failed === 0) return;
    this.#failed += 1;
    this.failure(result);
  }

  /** Prints the failures of a file, and how to run the file alone. */
  failure({ path, project, failures }: FileResult): void {
    this.tell(`FAILED ${path} (${project})`);
    for (const text of failures) this.tell(indented(text));
    this.tell(`  alone: ${this.#again} ${path}\n`);
  }

  progress(): string {
    const known = Object.keys(this.#previous?.files ?? {}).length;
    const files = Math.max(this.#files, known, this.#ended.length);
    const left = secondsLeft(this.#previous, this.#ended);
    const parts = [
      `${this.#ended.length} of ${files} files`,
      `${this.#tests} tests`,
      ...(this.#failed > 0 ? [`${this.#failed} files FAILED`] : []),
      `${clock(this.seconds)} so far`,
      ...(left === undefined ? [] : [`about ${clock(left)} left`]),
    ];
    return `${parts.join(', ')} (${[...this.#steps].join(', ')})`;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Formats seconds as minutes and seconds, such as 3:07. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
