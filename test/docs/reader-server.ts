import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const START_MS_MAX = 30_000;

/** How the reader of a page starts programs. */
export interface ReaderShell {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface ReaderServerOptions {
  /** Port that pages name. */
  readonly documentedPort: number;
  /** Port of this run. */
  readonly port: number;
  /** Beginning of the line that the server prints when it has started. */
  readonly startedLine: string;
  /** Added to the command of a page. */
  readonly argument?: string;
}

/** Server that the reader of a page starts in another terminal. */
export class ReaderServer {
  readonly #options: ReaderServerOptions;
  #child: ChildProcess | undefined;

  constructor(options: ReaderServerOptions) {
    this.#options = options;
  }

  /** Returns a text with the port of this server in place of the documented port. */
  withPort(text: string): string {
    const { documentedPort, port } = this.#options;
    return text.replaceAll(new RegExp(`[:=] ?${documentedPort}\\b`, 'g'), (found) =>
      found.replace(String(documentedPort), String(port)),
    );
  }

  /**
   * Runs the command of a page until the server has started, in place of that of a former page.
   * Rejects with what it printed.
   */
  async start(command: string, { cwd, env }: ReaderShell): Promise<void> {
    await this.stop();
    const { startedLine, argument = '' } = this.#options;
    const line = `exec env ${this.withPort(command).trim()} ${argument}`;
    const child = spawn('sh', ['-c', line], {
      cwd,
      env: { ...env, HOME: cwd },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
    const lines: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => void lines.push(chunk.toString()));
    const started = new Promise<true>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        lines.push(text);
        if (text.startsWith(startedLine)) resolve(true);
      });
    });
    const outcome = await Promise.race([started, once(child, 'close')]);
    clearTimeout(timer);
    if (outcome !== true) throw new Error(`the server did not start:\n${lines.join('\n')}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
}
