import { spawn } from 'node:child_process';
import { UsageError } from '../command.js';
import { codeOf } from '../output/system-error.js';
import { Interrupted } from '../signals/interrupted.js';
import type { Terminal } from '../terminal.js';

/** Time that an editor has to end after a signal. */
const END_MS = 2_000;

export interface EditorCall {
  /** Program and arguments, without the file. */
  readonly words: readonly string[];
  readonly file: string;
  /** Ends the editor. */
  readonly signal: AbortSignal;
}

/** Runs the editor of the user until it ends. Throws if it fails. */
export async function runEditor(
  { words, file, signal }: EditorCall,
  { env }: Pick<Terminal, 'env'>,
): Promise<void> {
  const [program = '', ...args] = words;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, [...args, file], { stdio: 'inherit', env });
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    const { reason } = signal as { readonly reason: unknown };
    child.kill(reason instanceof Interrupted ? reason.signal : 'SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  };
  signal.addEventListener('abort', end);
  child.on('error', (error) => {
    const advice = 'name an editor in $VISUAL or $EDITOR';
    reject(new UsageError(`the editor ${program} cannot be started: ${codeOf(error)}; ${advice}`));
  });
  child.on('exit', (code, ended) => {
    if (code === 0) resolve();
    else reject(new Error(`the editor ended with ${code ?? ended}: nothing was written`));
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    signal.throwIfAborted();
  }
}
