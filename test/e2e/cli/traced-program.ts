import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { findProgram } from '../../services/programs.js';
import type { TypedShellWish } from '../../support/typed-shell.js';

/** A system call at which a process gets a signal, the `nth` of its kind. */
export interface Moment {
  readonly call: 'fsync' | 'rename';
  readonly nth: number;
  readonly signal: 'SIGINT' | 'SIGKILL';
}

/** Runs a command line, which gets a signal exactly at a system call. Returns the exit code. */
export async function runUntil(
  { call, nth, signal }: Moment,
  line: readonly string[],
  { cwd, env, input = '' }: TypedShellWish & { readonly input?: string },
): Promise<{ readonly code: number | null; readonly isReached: boolean }> {
  const strace = findProgram('strace', 'strace');
  const inject = `inject=${call}:signal=${signal}:when=${nth}`;
  const args = ['-f', '-e', `trace=${call}`, '-e', inject, '-e', 'signal=all', ...line];
  const child = spawn(strace, args, { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('exit', (code, by) => resolve(by === null ? code : 128 + (codes[by] ?? 0)));
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [calls, code] = await Promise.all([text(child.stderr), exited]);
  return { code, isReached: calls.includes(`--- ${signal}`) || calls.includes('killed by') };
}

const codes: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9 };
