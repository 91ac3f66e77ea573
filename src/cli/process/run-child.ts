import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { UsageError } from '../command.js';
import type { CommandCall } from '../program/command-call.js';
import type { Terminal } from '../terminal.js';
import { secretVariables, type Variables } from './secret-variables.js';

/** Signals that a program gets from the one that has started it. */
const forwarded = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const SIGNAL_EXIT = 128;
/** Exit codes of a shell. POSIX, section 2.8.2. */
const startExits: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

/** Runs a program with values in its environment; returns its exit code. */
export async function runChild(call: CommandCall): Promise<number> {
  const [program = '', ...args] = call.args;
  const secrets = call.texts('secret');
  const env = call.texts('env');
  if (secrets.length + env.length === 0) throw new UsageError('name a --secret, or an --env');
  const names = call.text('names') === 'upper' ? 'upper' : undefined;
  const variables = await secretVariables(await call.connect(), { secrets, env, names });
  return startAndWait({ program, args, variables }, call.terminal);
}

interface Child {
  readonly program: string;
  readonly args: readonly string[];
  readonly variables: Variables;
}

function startAndWait({ program, args, variables }: Child, terminal: Terminal): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const env = { ...terminal.env, ...variables };
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  // The terminal sends an interrupt to all processes in its foreground.
  const interrupt = (): void => {
    if (!terminal.isInputTerminal) child.kill('SIGINT');
  };
  for (const signal of forwarded) process.on(signal, pass);
  process.on('SIGINT', interrupt);
  // After the handlers: otherwise, a signal in between would end this process and leave the child.
  const child = spawn(program, args, { stdio: 'inherit', env });
  child.on('error', (error) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    terminal.err(`${program} cannot be started: ${code}\n`);
    resolve(startExits[code] ?? 126);
  });
  child.on('exit', (code, signal) => {
    resolve(signal === null ? (code ?? 0) : SIGNAL_EXIT + constants.signals[signal]);
  });
  return promise.finally(() => {
    for (const signal of forwarded) process.off(signal, pass);
    process.off('SIGINT', interrupt);
  });
}
