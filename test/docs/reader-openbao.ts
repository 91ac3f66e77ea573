import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const DOCUMENTED_PORT = 8_200;
const START_MS_MAX = 30_000;

/** How the reader of a page starts programs. */
export interface ReaderShell {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Development server of OpenBao, which the reader of a page starts in another terminal. */
export class ReaderOpenBao {
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Returns a text with the port of this server in place of the documented port. */
  withPort(text: string): string {
    return text.replaceAll(new RegExp(`: ?${DOCUMENTED_PORT}\\b`, 'g'), (found) =>
      found.replace(String(DOCUMENTED_PORT), String(this.#port)),
    );
  }

  /**
   * Runs the command of a page until the server has started; that of an earlier page ends. Rejects
   * with what it printed.
   */
  async start(command: string, { cwd, env }: ReaderShell): Promise<void> {
    await this.stop();
    const address = `127.0.0.1:${this.#port}`;
    const child = spawn('sh', ['-c', `exec ${command} -dev-listen-address=${address}`], {
      cwd,
      env: { ...env, HOME: cwd },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
    const lines: string[] = [];
    const started = new Promise<true>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('Root Token:')) resolve(true);
      });
    });
    const outcome = await Promise.race([started, once(child, 'close')]);
    clearTimeout(timer);
    if (outcome !== true) throw new Error(`OpenBao did not start:\n${lines.join('\n')}`);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
  }
}
