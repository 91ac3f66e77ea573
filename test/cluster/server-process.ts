import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerCommand {
  readonly name: string;
  readonly binary: string;
  readonly serverArguments: readonly string[];
  readonly logFile: string;
}

const readyTimeoutMs = 90_000;
const pollMs = 25;
const logTailLines = 30;

/** A server that did not become ready; `logTail` is the end of its log. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
  readonly logTail: string;

  constructor(reason: string, logTail: string) {
    super(`${reason}; the end of its log:\n${logTail}`);
    this.logTail = logTail;
  }

  /** Whether another program took the port between finding it free and binding it. */
  get isPortTaken(): boolean {
    return this.logTail.includes('address already in use');
  }
}

/** One server as a child process that logs to a file. */
export class ServerProcess {
  readonly #command: ServerCommand;
  readonly #child: ChildProcess;
  /** Settles when the process is gone, for whatever reason. */
  readonly closed: Promise<unknown>;

  private constructor(command: ServerCommand, child: ChildProcess) {
    this.#command = command;
    this.#child = child;
    this.closed = once(child, 'close');
  }

  /** Starts the program; rejects if it cannot be executed. It is not ready yet. */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    const log = openSync(command.logFile, 'a');
    try {
      const child = spawn(command.binary, command.serverArguments, {
        // Neither the user's ETCD_* variables nor a proxy may change what a test meets. Servers in
        // Go collect garbage less often: they are small, and use a fifth less of a processor so.
        env: { GOGC: '400' },
        stdio: ['ignore', log, log],
        // Ctrl-C in a terminal must reach only the owner, who then stops the servers in order.
        detached: true,
      });
      await once(child, 'spawn');
      return new ServerProcess(command, child);
    } finally {
      closeSync(log);
    }
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.#command.name} has no process`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until `probe` says yes; rejects, with the end of the log, if the server ends instead. */
  async waitUntilReady(probe: () => Promise<boolean>): Promise<void> {
    const { name } = this.#command;
    const deadline = Date.now() + readyTimeoutMs;
    const ended = this.closed.then(() => false);
    while (Date.now() < deadline) {
      if (!this.isRunning) throw await this.#startError(`${name} ended before it was ready`);
      // Whoever has taken its port may never answer a probe.
      if (await Promise.race([probe(), ended])) return;
      await sleep(pollMs);
    }
    throw await this.#startError(`${name} was not ready after ${readyTimeoutMs / 1_000} s`);
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#child.kill(signal)) throw new Error(`${this.#command.name} is not running`);
  }

  /** Ends the process at once, also a paused one, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.closed;
  }

  async #startError(reason: string): Promise<ServerStartError> {
    const lines = (await readFile(this.#command.logFile, 'utf8')).trimEnd().split('\n');
    return new ServerStartError(reason, lines.slice(-logTailLines).join('\n'));
  }
}
