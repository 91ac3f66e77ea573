import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { findFreePorts } from '../cluster/free-ports.js';

const START_MS_MAX = 60_000;

/** The variable of each listener, and its port where nobody says another. */
const listeners = {
  main: ['SALLYPORT_PORT', 8420],
  health: ['SALLYPORT_HEALTH_PORT', 8421],
  tls: ['SALLYPORT_TLS_PORT', 8443],
  sandbox: ['SALLYPORT_SANDBOX_PORT', 8444],
} as const;
export type Listener = keyof typeof listeners;
export type Ports = Readonly<Record<Listener, number>>;
export const listenerNames = Object.keys(listeners) as readonly Listener[];

export interface StartOptions {
  /** Compiled entry point. */
  readonly main: string;
  /** Where it is started, which then holds `.sallyport`. */
  readonly cwd: string;
  readonly ports: Ports;
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** For a shell, in place of the entry point. */
  readonly script?: string;
}

export async function freePorts(): Promise<Ports> {
  const free = await findFreePorts(listenerNames.length);
  const pairs = listenerNames.map((name, index) => [name, free[index]]);
  return Object.fromEntries(pairs) as Ports;
}

/** `text` with the ports that people see in place of those of a test, or the other way round. */
export function withDocumentedPorts(text: string, ports: Ports): string {
  return listenerNames.reduce(
    (result, name) => result.replaceAll(`:${ports[name]}`, `:${listeners[name][1]}`),
    text,
  );
}

export function withPortsOf(ports: Ports, text: string): string {
  return listenerNames.reduce(
    (result, name) => result.replaceAll(`:${listeners[name][1]}`, `:${ports[name]}`),
    text,
  );
}

/** Variables that make a gateway use these ports, those of some listeners alone if named. */
export function portVariables(
  ports: Ports,
  names: readonly Listener[] = listenerNames,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [listeners[name][0], String(ports[name])]));
}

/** Of this process, without the settings of whoever runs the tests. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('SALLYPORT_') && name !== 'KUBECONFIG',
    ),
  );
}

/** What `npm start` runs, with its sandbox. */
export class StartedSandbox {
  /** What it said on its error output until it was ready. */
  readonly printed: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, printed: string) {
    this.#child = child;
    this.printed = printed;
  }

  /** Rejects, with what it said, where it does not become ready. */
  static async start(options: StartOptions): Promise<StartedSandbox> {
    const child = spawned(options);
    const lines: string[] = [];
    const ready = new Promise<true>((resolve) => {
      onLine(child, (line) => {
        lines.push(line);
        if (line.startsWith('Ctrl-C ends it')) resolve(true);
      });
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
    const outcome = await Promise.race([ready, once(child, 'close')]);
    clearTimeout(timer);
    if (outcome !== true) throw new Error(`it did not start:\n${lines.join('\n')}`);
    return new StartedSandbox(child, lines.join('\n'));
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks it to stop, and resolves with its exit code. */
  async stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<number | null> {
    await this.#end(signal);
    return this.#child.exitCode;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.kill(signal);
    await closed;
  }
}

/** Runs one that cannot start to its end. */
export async function failedStart(
  options: StartOptions,
): Promise<{ readonly code: number | null; readonly errorText: string }> {
  const child = spawned(options);
  const lines: string[] = [];
  onLine(child, (line) => void lines.push(line));
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, errorText: lines.join('\n') };
}

function spawned(options: StartOptions): ChildProcess {
  const { main, cwd, ports, args = [], environment, script } = options;
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const [command, given] =
    script === undefined ? [process.execPath, [main, ...args]] : ['sh', ['-c', script]];
  return spawn(command, given, {
    cwd,
    env: { ...cleanEnvironment(), PATH: path, ...portVariables(ports), ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function onLine(child: ChildProcess, take: (line: string) => void): void {
  // Asked for as a pipe, so it is there.
  const input = child.stderr as NonNullable<typeof child.stderr>;
  createInterface({ input }).on('line', take);
}
