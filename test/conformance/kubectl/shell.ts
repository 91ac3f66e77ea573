import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface ShellSettings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly output: string;
  readonly errorOutput: string;
  readonly exitCode: number | null;
}

const timeoutMs = 60_000;

/** Starts one line of shell; the process is the command itself where the line is a single one. */
export function startShell(
  line: string,
  { cwd, env }: ShellSettings,
): ChildProcessWithoutNullStreams {
  const child = spawn('/bin/sh', ['-c', line], { cwd, env, timeout: timeoutMs });
  child.stdin.on('error', () => undefined).end();
  return child;
}

/** Runs one line of shell to its end, however it ends. */
export async function runShell(line: string, settings: ShellSettings): Promise<Outcome> {
  const child = startShell(line, settings);
  const [output, errorOutput, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { output, errorOutput, exitCode };
}
