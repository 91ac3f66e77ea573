import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ProgramResult {
  /** Exit code; null if a signal, such as that of the deadline, ended the program. */
  readonly code: number | null;
  readonly output: string;
  readonly errorText: string;
}

/** Runs a program to its end. Rejects if the program cannot be started. */
export async function runProgram(
  program: string,
  programArguments: readonly string[],
  { cwd, environment, timeoutMs }: ProgramOptions,
): Promise<ProgramResult> {
  const child = spawn(program, programArguments, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const [output, errorText, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, output, errorText };
}

/** Runs a program that must end with 0; returns its output, and rejects with its errors. */
export async function runOrFail(
  program: string,
  programArguments: readonly string[],
  options: ProgramOptions,
): Promise<string> {
  const { code, output, errorText } = await runProgram(program, programArguments, options);
  if (code === 0) return output;
  const command = [program, ...programArguments].join(' ');
  throw new Error(`\`${command}\` ended with ${code}:\n${errorText}${output}`);
}
