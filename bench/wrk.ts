import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type BenchRequest, wireOf } from './bench-request.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { type LoadFigures, parseWrk } from './wrk-output.js';

const script = join(import.meta.dirname, 'wrk.lua');
const answerSecondsMax = 10;
const remedy = 'on Debian it is the package wrk, `apt-get install wrk`';
/** So that no request of a run says what one of an earlier run said. */
let sent = 0;

export interface LoadTerms {
  readonly connections: number;
  readonly seconds: number;
}

/** Has wrk send a request on kept connections for some time. */
export async function runWrk(request: BenchRequest, terms: LoadTerms): Promise<LoadFigures> {
  const figures = await withThrowawayDir(async (dir) => {
    // Its header holds a token: not for the list of processes.
    const file = join(dir, 'request');
    writeFileSync(file, wireOf(request), { mode: 0o600 });
    const { connections, seconds } = terms;
    const load = ['-t1', `-c${connections}`, `-d${seconds}s`, `--timeout=${answerSecondsMax}s`];
    const names = [file, String(request.names), String(sent)];
    const output = await run([...load, '-s', script, request.origin, '--', ...names]);
    return parseWrk(output);
  });
  sent += figures.requests;
  return figures;
}

/** The name and version of the tool. */
export async function wrkVersion(): Promise<string> {
  // It answers with its usage, and so with 1.
  const said = await run(['-v'], [0, 1]);
  return /^wrk \S+/m.exec(said)?.[0] ?? 'wrk';
}

async function run(wrkArguments: readonly string[], codes: readonly number[] = [0]) {
  const child = spawn('wrk', wrkArguments, { stdio: ['ignore', 'pipe', 'pipe'] });
  const failed = once(child, 'error').then(([error]: unknown[]) => {
    throw new Error(`wrk cannot be run: ${remedy}`, { cause: error });
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const [output, errors] = await Promise.race([ended, failed]);
  if (codes.includes(child.exitCode ?? NaN)) return output;
  throw new Error(`wrk ended with ${child.exitCode}: ${output}${errors}`);
}
