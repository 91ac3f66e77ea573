import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';

const SIGNAL_EXIT = 128;
/** Exit codes of a shell. POSIX, section 2.8.2. */
const NOT_STARTED_EXIT = 126;
const startExits: Readonly<Record<string, number>> = { ENOENT: 127 };

/** Program that a user runs, and its environment. */
export interface ChildCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns the exit code that a shell has for a signal. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return SIGNAL_EXIT + constants.signals[signal];
}

/** Running program that a user has named. */
export class Child {
  /** Exit code as a shell has one; the promise never rejects. */
  readonly exited: Promise<number>;
  readonly #process: ChildProcess | undefined;
  #isRunning = true;

  /** Starts the program with the streams of this process. */
  constructor({ program, args, env }: ChildCommand, terminal: Terminal) {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.exited = promise;
    const failed = (error: unknown): void => {
      const code = codeOf(error);
      terminal.err(`${program} cannot be started: ${code}\n`);
      this.#isRunning = false;
      resolve(startExits[code] ?? NOT_STARTED_EXIT);
    };
    try {
      this.#process = spawn(program, args, { stdio: 'inherit', env });
    } catch (error) {
      // Some failures are thrown, such as E2BIG.
      failed(error);
      return;
    }
    this.#process.on('error', failed);
    this.#process.on('exit', (code, signal) => {
      this.#isRunning = false;
      resolve(signal === null ? (code ?? 0) : signalExitCode(signal));
    });
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  send(signal: NodeJS.Signals): void {
    if (this.#isRunning) this.#process?.kill(signal);
  }

  /** Asks the program to end, and kills it if it takes longer than the limit. */
  async stop(limitMs: number): Promise<number> {
    const late = new AbortController();
    this.send('SIGTERM');
    delay(limitMs, undefined, { signal: late.signal }).then(
      () => this.send('SIGKILL'),
      () => undefined,
    );
    const code = await this.exited;
    late.abort();
    return code;
  }
}
