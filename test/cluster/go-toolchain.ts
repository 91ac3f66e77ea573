import { spawn } from 'node:child_process';
import { once } from 'node:events';

const outputKeptCharsMax = 4_000;

export interface GoRun {
  readonly moduleDir: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
}

/** A `go` command that could not run or failed; `output` is the end of what it said. */
export class GoCommandError extends Error {
  override readonly name = 'GoCommandError';
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/** Runs `go` in a module; rejects with `GoCommandError` if it is missing, fails or is too slow. */
export async function runGo(goArguments: readonly string[], run: GoRun): Promise<void> {
  const child = spawn('go', goArguments, {
    cwd: run.moduleDir,
    // No cgo: a C compiler is not needed, and the binaries run on any libc.
    env: { ...run.environment, CGO_ENABLED: '0', GOWORK: 'off', GO111MODULE: 'on' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: run.timeoutMs,
  });
  let output = '';
  const keep = (chunk: string): void => {
    output = (output + chunk).slice(-outputKeptCharsMax);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const [code, signal] = await exitOf(child);
  if (code === 0) return;
  throw new GoCommandError(
    `\`go ${goArguments[0]}\` ended with ${signal ?? `code ${code}`}`,
    output,
  );
}

async function exitOf(child: ReturnType<typeof spawn>): Promise<readonly unknown[]> {
  try {
    return await once(child, 'close');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new GoCommandError('there is no `go` command on PATH', '');
  }
}
