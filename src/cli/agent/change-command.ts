import { spawn } from 'node:child_process';
import { codeOf } from '../output/system-error.js';

export interface ChangeCommand {
  readonly command: readonly string[];
  /** Time after which the command is killed. */
  readonly limitMs: number;
}

/**
 * Runs a command to its end. A command that takes too long is killed with the processes that it has
 * started. Throws an Error if the command fails, is killed, or cannot be started.
 */
export async function runCommand(
  { command: [program = '', ...args], limitMs }: ChangeCommand,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const ending = AbortSignal.any([AbortSignal.timeout(limitMs), signal]);
  const fail = (reason: string): void => reject(new Error(`the command ${program} ${reason}`));
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const kill = (): void => killGroup(child.pid);
  child.on('error', (error) => fail(`cannot be started: ${codeOf(error)}`));
  child.on('exit', (code, killedBy) => {
    if (ending.aborted) fail('did not end in time');
    else if (code === 0) resolve();
    else fail(`has failed: ${killedBy ?? `exit code ${code}`}`);
  });
  ending.addEventListener('abort', kill, { once: true });
  try {
    if (ending.aborted) kill();
    await promise;
  } finally {
    ending.removeEventListener('abort', kill);
  }
}

/** Kills a process that was started in a group of its own, with its group. kill(2). */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
