import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface StepOptions {
  /** Over those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Shown when it has ended instead of meanwhile, lest it mixes with that of another step. */
  readonly isShownAtEnd?: boolean;
}

export interface StepResult {
  readonly isPassed: boolean;
  readonly seconds: number;
}

/** Runs a program to its end; its output is that of this process. */
export async function runStep(
  [program, ...args]: readonly [string, ...string[]],
  { environment = {}, isShownAtEnd = false }: StepOptions = {},
): Promise<StepResult> {
  const startedAtMs = Date.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: isShownAtEnd ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => void output.push(chunk));
  }
  const [code] = (await once(child, 'close')) as readonly (number | null)[];
  process.stdout.write(Buffer.concat(output));
  return { isPassed: code === 0, seconds: Math.round((Date.now() - startedAtMs) / 1_000) };
}
