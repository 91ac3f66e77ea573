import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { CliWorld, Role } from './cli-world.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const program = new URL('../../../src/cli.ts', import.meta.url).pathname;

/** Starts the command line as a process of its own, as a user. */
export function startRun(
  world: CliWorld,
  args: readonly string[],
  role: Role = 'owner',
): ChildProcess {
  return startProgram(args, { HOME: world.folder, ...world.env(role) });
}

/** Starts the command line as a process of its own. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  return startScript([program, ...args], env);
}

/** Starts a program of this repository as a process of its own. */
export function startScript(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, ['--import', hooks, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for the end of a process, and returns all that it has written. */
export async function ended(child: ChildProcess) {
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the output is piped');
  const [out, err, code] = await Promise.all([text(stdout), text(stderr), exit]);
  return { out, err, code };
}

/** A process of the command line whose output a test waits for. */
export class RunProcess {
  out = '';
  err = '';
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = new Promise((resolve) => child.on('exit', resolve));
    child.stdout?.on('data', (data: Buffer) => (this.out += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.err += data.toString()));
  }

  get lines(): readonly string[] {
    return this.out.split('\n').slice(0, -1);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code. */
  exited(): Promise<number | null> {
    return this.#exit;
  }
}
