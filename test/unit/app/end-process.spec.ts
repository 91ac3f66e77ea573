import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const EXIT_CODE = 3;
/** Node starts twice, on a busy machine. */
const ENDED_MS_MAX = 20_000;

let dir: string;
let pipe: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-end-'));
  pipe = join(dir, 'pipe');
  execFileSync('mkfifo', [pipe]);
});

afterAll(() => rmSync(dir, { recursive: true }));

/** The exit code, or the signal, of a program that ends itself. */
async function endOf(script: string): Promise<unknown> {
  const program = `
    import { Worker } from 'node:worker_threads';
    import { open } from 'node:fs/promises';
    import { endAfter } from './src/app/end-process.ts';
    // Nobody reads the pipe, so the call does not return.
    const hang = () => void open(${JSON.stringify(pipe)}, 'w');
    const inThread = 'require("fs").promises.open(${JSON.stringify(pipe)}, "w")';
    const hangInThread = () => new Worker(inThread, { eval: true, execArgv: [] });
    ${script}`;
  const args = ['--import', './test/ts-hooks.mjs', '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDED_MS_MAX);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  return code ?? signal;
}

it.each([
  ['its exit code after a stop', EXIT_CODE, `await endAfter(Promise.resolve(), ${EXIT_CODE})`],
  [
    'a failure after a stop that fails',
    1,
    `await endAfter(Promise.reject(new Error('x')), ${EXIT_CODE})`,
  ],
  [
    'its exit code while a file call hangs',
    EXIT_CODE,
    `hang(); await endAfter(Promise.resolve(), ${EXIT_CODE})`,
  ],
  [
    'its exit code while the stop waits for a thread whose file call hangs',
    EXIT_CODE,
    `hangInThread(); await endAfter(new Promise(() => {}), ${EXIT_CODE}, 500)`,
  ],
])('ends with %s', { timeout: ENDED_MS_MAX + 5_000 }, async (_, code, script) => {
  expect(await endOf(script)).toBe(code);
});
