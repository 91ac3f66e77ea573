import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CommandFailure, exitCodes } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  /** Text for its standard input: never an argument, which all users can see. */
  readonly input: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limitMs: number;
  /** Next step of the user if there is no such program. */
  readonly advice: string;
  readonly folder?: string | undefined;
}

export interface ProgramResult {
  /** Null: a signal has ended the program. */
  readonly code: number | null;
  readonly output: string;
}

/** Longest output of a program, in bytes. */
export const OUTPUT_BYTES_MAX = 256 * 1024;

/**
 * Runs a program that gives credentials, with a time limit and a bounded output. It writes its
 * messages to the terminal itself. Throws CommandFailure if it does not start or does not end.
 */
export async function runBounded(call: ProgramCall): Promise<ProgramResult> {
  const { program, args, input, env, limitMs, folder } = call;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], env, cwd: folder });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  const stop = (message: string): void => {
    child.kill('SIGKILL');
    reject(new CommandFailure(`${program} ${message}`, exitCodes.failed));
  };
  child.on('error', (error) => {
    const message = `${program} cannot be started: ${codeOf(error)}`;
    reject(new CommandFailure(message, exitCodes.failed, call.advice));
  });
  child.on('close', resolve);
  // A program that does not read its input closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const pieces = collected(child.stdout, () => stop(`prints over ${OUTPUT_BYTES_MAX} bytes`));
  const timer = setTimeout(() => stop(`has not ended within ${limitMs / 1_000} s`), limitMs);
  try {
    const code = await promise;
    return { code, output: Buffer.concat(pieces).toString('utf8') };
  } finally {
    clearTimeout(timer);
  }
}

function collected(output: Readable, tooLong: () => void): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let length = 0;
  output.on('error', () => undefined);
  output.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > OUTPUT_BYTES_MAX) tooLong();
    else pieces.push(piece);
  });
  return pieces;
}
