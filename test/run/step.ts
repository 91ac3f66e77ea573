import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program to its end; returns its output. Throws if it fails, with the output. */
export async function runStep(
  [program, ...args]: readonly [string, ...string[]],
  cwd = process.cwd(),
): Promise<string> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
  }
  const [code] = (await once(child, 'close')) as readonly (number | null)[];
  const output = Buffer.concat(chunks).toString();
  if (code !== 0) throw new Error(`exit code ${String(code)}\n${output}`);
  return output;
}
