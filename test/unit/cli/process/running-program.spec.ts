import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretValues } from '@sallyport/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunningProgram } from '../../../../src/cli/process/running-program.js';
import type { Terminal } from '../../../../src/cli/terminal.js';
import { ReadValues } from '../../../../src/cli/values/read-values.js';

const db = { namespace: 'pay', name: 'db' };
let folder: string;
let program: RunningProgram;
let shown: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-running-'));
  shown = '';
});
afterEach(async () => {
  await program.stop(1_000);
  program.end();
  rmSync(folder, { recursive: true, force: true });
});

function read(texts: Readonly<Record<string, string>>): ReadValues {
  const values = new ReadValues();
  const namespace = { kind: 'namespace', namespace: 'pay', entries: ['db'] } as const;
  values.add(namespace, new Map([['db', new SecretValues({ stringData: texts })]]));
  return values;
}

function create(command: readonly string[], asFiles: boolean): RunningProgram {
  const [word = '', ...args] = command;
  const env = { PATH: process.env['PATH'], FOLDER: folder };
  const terminal = { env, err: (text: string) => void (shown += text) } as Partial<Terminal>;
  const wanted = { secrets: [db], keys: [], environments: [], names: undefined, asFiles };
  return new RunningProgram({ program: word, args, wanted, terminal: terminal as Terminal });
}

const pathsShown = 'echo "$SALLYPORT_FILES" > "$FOLDER/path"; exec sleep 60';

it.each(['restart', 'SIGHUP'] as const)(
  'runs on with its files if later ones cannot be written: %s',
  async (onChange) => {
    program = create(['sh', '-c', pathsShown], true);
    program.start(read({ a: 'first' }));
    await expect.poll(() => existsSync(join(folder, 'path'))).toBe(true);
    await expect.poll(() => readFileSync(join(folder, 'path'), 'utf8')).not.toBe('');
    const files = readFileSync(join(folder, 'path'), 'utf8').trim();
    const before = readdirSync(files).toSorted();
    const later = program.replace(read({ b: 'half', '..x': 'no name of a file' }), {
      onChange,
      stopLimitMs: 1_000,
    });
    await expect(later).rejects.toThrow('no file can have');
    expect(readFileSync(join(files, 'db', 'a'), 'utf8')).toBe('first');
    expect(readdirSync(files).toSorted()).toEqual(before);
    const exited = await Promise.race([program.exited, Promise.resolve('running')]);
    expect(exited).toBe('running');
    await program.replace(read({ a: 'second' }), { onChange: 'SIGHUP', stopLimitMs: 1_000 });
    expect(readFileSync(join(files, 'db', 'a'), 'utf8')).toBe('second');
  },
);

it('reports a program that the system cannot start as a shell does', async () => {
  program = create(['true', 'a'.repeat(200_000)], false);
  program.start(read({ a: '1' }));
  expect(await program.exited).toBe(126);
  expect(shown).toBe('true cannot be started: E2BIG\n');
});
