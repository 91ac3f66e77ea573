import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const HOOKS = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const CHILD = new URL('./erase-child.ts', import.meta.url).pathname;

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-aside-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** The paths of all files that the child made, or opened so that they would have been made. */
async function filesMade(): Promise<readonly string[]> {
  const calls = join(dataDir, 'calls');
  const strace = ['-f', '-o', calls, '-e', 'trace=?open,openat', '-e', 'signal=none'];
  const child = spawn('strace', [...strace, process.execPath, '--import', HOOKS, CHILD, dataDir]);
  const told: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => told.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => told.push(text));
  await once(child, 'close');
  expect(told.join('')).toContain('done');
  const lines = readFileSync(calls, 'utf8').split('\n');
  return lines.flatMap((line) => /"([^"]+)", [A-Z_|]*O_CREAT/.exec(line)?.slice(1) ?? []);
}

it('what SQLite puts aside while versions change lies in no file that only is deleted', async () => {
  const made = await filesMade();
  expect(made).toContain(join(dataDir, 'sallyport.db'));
  // What Node keeps of the child itself is none of SQLite.
  const isOfNode = (path: string) => /\/(?:stripped-types|compiled)\//.test(path);
  expect(made.filter((path) => !path.startsWith(dataDir) && !isOfNode(path))).toEqual([]);
});
