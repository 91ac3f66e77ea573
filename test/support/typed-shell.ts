import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const SHOWN_MS_MAX = 15_000;
const LOOK_EVERY_MS = 10;

/** What Ctrl-C types. */
export const CTRL_C = '\u0003';

export interface TypedShellWish {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A program in a terminal of its own, for which a test types. */
export class TypedShell {
  /** Code with which the terminal has ended, of the program in it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #shown = '';
  #from = 0;

  /** Runs a command line of sh in a terminal. */
  constructor(line: string, { cwd, env }: TypedShellWish) {
    this.#child = spawn('script', ['-qec', `stty cols 200; ${line}`, '/dev/null'], {
      ...{ cwd, env: { TERM: 'xterm', ...env, SHELL: '/bin/sh' } },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#child.on('error', () => undefined);
    this.#child.stdin?.on('error', () => undefined);
    this.#child.stdout?.on('data', (data: Buffer) => (this.#shown += data.toString()));
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  /** All that the terminal has shown, without the sequences that move the cursor. */
  get shown(): string {
    // oxlint-disable-next-line no-control-regex
    return this.#shown.replaceAll(/\u001B\[[0-9;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits until the terminal has shown a text since the last call; returns what it has shown. */
  async until(text: string): Promise<string> {
    const untilMs = performance.now() + SHOWN_MS_MAX;
    for (;;) {
      const { shown } = this;
      const at = shown.indexOf(text, this.#from);
      if (at >= 0) {
        const since = shown.slice(this.#from, at);
        this.#from = at + text.length;
        return since;
      }
      if (performance.now() > untilMs) {
        throw new Error(`the terminal does not show ${text} in ${shown.slice(this.#from)}`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Closes the terminal, which ends all that runs in it. */
  async close(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}
