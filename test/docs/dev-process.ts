import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

import { ensureBinaries } from '../cluster/binaries.js';
import { findFreePorts } from '../cluster/free-ports.js';

export const projectDir = join(import.meta.dirname, '..', '..');
const startTimeoutMs = 180_000;
const commandTimeoutMs = 60_000;
const documented = { main: '8420', health: '8421' } as const;

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errorText: string;
}

/** What `npm run dev` runs, on free ports and in a folder of its own that looks like a checkout. */
export class DevProcess {
  /** All that was printed up to the moment when it was ready. */
  readonly printed: string;
  readonly #dir: string;
  readonly #child: ChildProcess;
  readonly #ports: { readonly main: string; readonly health: string };

  private constructor(parts: {
    readonly dir: string;
    readonly child: ChildProcess;
    readonly ports: { readonly main: string; readonly health: string };
    readonly printed: string;
  }) {
    this.#dir = parts.dir;
    this.#child = parts.child;
    this.#ports = parts.ports;
    this.printed = this.#asDocumented(parts.printed);
  }

  static async start(): Promise<DevProcess> {
    const [main, health] = (await findFreePorts(2)).map(String);
    if (main === undefined || health === undefined) throw new Error('no two free ports');
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
    symlinkSync(join(projectDir, 'deploy'), join(dir, 'deploy'));
    const { kubectl } = await ensureBinaries();
    symlinkSync(kubectl, join(dir, 'kubectl'));
    const child = spawn('sh', ['-c', `exec ${devCommand()}`], {
      cwd: dir,
      env: {
        ...environment(dir),
        SALLYPORT_PORT: main,
        SALLYPORT_HEALTH_PORT: health,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = await printedBy(child, 'Ctrl-C ends');
    return new DevProcess({ dir, child, ports: { main, health }, printed });
  }

  /** Runs a block of commands as its reader would, in `sh`, against the ports of this run. */
  async run(commands: string): Promise<CommandResult> {
    const { promise, resolve } = Promise.withResolvers<CommandResult>();
    const options = {
      cwd: this.#dir,
      env: {
        ...environment(this.#dir),
        KUBECONFIG: join(this.#dir, '.sallyport/dev/admin.kubeconfig'),
      },
      timeout: commandTimeoutMs,
    };
    const started = execFile(
      'sh',
      ['-e', '-c', this.#asRun(commands)],
      options,
      (error, output, errorText) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: this.#asDocumented(output), errorText });
      },
    );
    started.stdin?.end();
    return promise;
  }

  /** Mode bits of a file below the folder in which it runs. */
  modeOf(path: string): number {
    return statSync(join(this.#dir, path)).mode & 0o777;
  }

  /** Runs a second one on the same ports to its end. */
  async startAgain(): Promise<CommandResult> {
    const { main, health } = this.#ports;
    return this.run(`SALLYPORT_PORT=${main} SALLYPORT_HEALTH_PORT=${health} ${devCommand()}`);
  }

  /** Runs a command that serves until it is told to end; resolves with what it said till then. */
  async serve(command: string): Promise<string> {
    const [main = '', health = ''] = (await findFreePorts(2)).map(String);
    const env = { ...environment(this.#dir), SALLYPORT_PORT: main, SALLYPORT_HEALTH_PORT: health };
    const start = scripts()['start']?.replace('dist/', `${projectDir}/dist/`) ?? '';
    const line = command.replace('npm start', `exec ${start}`);
    const child = spawn('sh', ['-c', line.replace(/^(.*?)exec /, 'exec env $1')], {
      cwd: this.#dir,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const printed = await printedBy(child, 'listening on ');
    child.kill('SIGTERM');
    await once(child, 'close');
    return printed.replaceAll(`:${main}`, `:${documented.main}`);
  }

  /** Resolves with the exit code of an orderly end. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGINT');
      await once(this.#child, 'close');
    }
    rmSync(this.#dir, { recursive: true, force: true });
    return this.#child.exitCode;
  }

  #asRun(text: string): string {
    return text
      .replaceAll(`:${documented.main}`, `:${this.#ports.main}`)
      .replaceAll(`:${documented.health}`, `:${this.#ports.health}`);
  }

  #asDocumented(text: string): string {
    return text
      .replaceAll(`:${this.#ports.main}`, `:${documented.main}`)
      .replaceAll(`:${this.#ports.health}`, `:${documented.health}`);
  }
}

/** The script of package.json, to be run from elsewhere. */
function devCommand(): string {
  return (scripts()['dev'] ?? '').replaceAll(/ (\.\/)?test\//g, ` ${projectDir}/test/`);
}

export function scripts(): Readonly<Record<string, string>> {
  const manifest: unknown = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
  return (manifest as { scripts: Record<string, string> }).scripts;
}

/** Of this process, without the settings of whoever runs the tests. */
function environment(dir: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SALLYPORT_') && name !== 'KUBECONFIG',
  );
  const bin = join(projectDir, 'node_modules', '.bin');
  const path = [dir, bin, process.env['PATH'] ?? ''].join(delimiter);
  return { ...Object.fromEntries(kept), PATH: path };
}

async function printedBy(child: ChildProcess, sign: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (line.startsWith(sign)) resolve(lines.join('\n'));
    });
  }
  child.once('close', () => reject(new Error(`it ended too early:\n${lines.join('\n')}`)));
  const timer = setTimeout(() => {
    child.kill('SIGTERM');
    reject(new Error(`not ready in time:\n${lines.join('\n')}`));
  }, startTimeoutMs);
  return promise.finally(() => clearTimeout(timer));
}
