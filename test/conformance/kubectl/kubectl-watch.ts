import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { startShell, type Outcome, type ShellSettings } from './shell.js';

const patienceMs = 15_000;
const pollMs = 20;

/** A kubectl command that watches, from its start until its end. */
export class KubectlWatch {
  readonly command: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #output = '';
  #log = '';

  constructor(command: string, settings: ShellSettings) {
    this.command = command;
    // Its log tells when the server has accepted the watch.
    this.#child = startShell(`exec ${command} -v=6`, settings);
    this.#closed = once(this.#child, 'close');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
  }

  /** Resolves once changes are seen. */
  async opened(): Promise<void> {
    await this.#until(() => /watch=true/.test(this.#log));
  }

  /** Resolves with what was said once there are so many lines, and ends the command. */
  async take(lines: number): Promise<Outcome> {
    await this.#until(() => this.#output.split('\n').length > lines);
    this.close();
    await this.#closed;
    return { output: this.#output, errorOutput: '', exitCode: 0 };
  }

  /** Resolves once the command has ended by itself. */
  async end(): Promise<Outcome> {
    await this.#closed;
    return { output: this.#output, errorOutput: '', exitCode: this.#child.exitCode };
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  async #until(isTrue: () => boolean): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!isTrue()) {
      if (Date.now() > deadline) {
        throw new Error(`waited in vain: ${this.command}\n${this.#output}\n${this.#log}`);
      }
      await sleep(pollMs);
    }
  }
}
