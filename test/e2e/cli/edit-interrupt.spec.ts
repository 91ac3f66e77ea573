import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../services/programs.js';
import { scaled } from '../../support/scale.js';
import { CliWorld } from './cli-world.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const program = new URL('../../../src/cli.ts', import.meta.url).pathname;
const MOMENTS = scaled(16, 4);
let world: CliWorld;
let memory: string;
let wholeMs: number;

beforeAll(async () => {
  findProgram('sed', 'sed');
  world = await CliWorld.start();
  memory = mkdtempSync('/dev/shm/sallyport-test-');
  await world.as('owner', 'set db password=-', { input: 'plaintext' });
  writeFileSync(
    editorOf('slow'),
    `touch "$1.swp"; sleep 0.2; sed -i s/plaintext/changed/ "$1"; sleep 0.2`,
  );
  writeFileSync(editorOf('deaf'), `trap '' INT TERM HUP; touch "${world.folder}/deaf"; sleep 5`);
  const startedMs = performance.now();
  const [code] = await start('slow').ended;
  if (code !== 0) throw new Error('the edit has failed');
  wholeMs = performance.now() - startedMs;
});
afterAll(async () => {
  rmSync(memory, { recursive: true, force: true });
  await world?.stop();
});

const editorOf = (name: string) => join(world.folder, `${name}.sh`);

function start(editor: string) {
  const env = { ...world.env('owner'), PATH: process.env['PATH'], HOME: world.folder };
  const child = spawn(process.execPath, ['--import', hooks, program, 'edit', 'db'], {
    env: { ...env, XDG_RUNTIME_DIR: memory, EDITOR: `sh ${editorOf(editor)}` },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  const ended = new Promise<[number | null, string | null]>((resolve) => {
    child.on('exit', (code, signal) => resolve([code, signal]));
  });
  return { child, ended };
}

describe('an edit that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'at any moment by %s leaves no file behind',
    { timeout: 120_000 },
    async (signal) => {
      const ends = new Set<string>();
      for (let moment = 0; moment < MOMENTS; moment += 1) {
        const { child, ended } = start('slow');
        // The last quarter of the time has the file; the start of the program has none.
        const part = moment < 4 ? moment / 4 : 0.4 + (moment / MOMENTS) * 0.7;
        await sleep(wholeMs * part);
        child.kill(signal);
        const [code, by] = await ended;
        ends.add(String(by ?? code));
        expect([moment, readdirSync(memory)]).toEqual([moment, []]);
      }
      expect([...ends].filter((end) => end !== '0')).toEqual([signal]);
    },
  );

  it('ends an editor that ignores signals', { timeout: 60_000 }, async () => {
    const { child, ended } = start('deaf');
    await expect.poll(() => readdirSync(world.folder)).toContain('deaf');
    expect(readdirSync(memory)).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(readdirSync(memory)).toEqual([]);
  });

  it('does not wait for the editor after a second signal', { timeout: 60_000 }, async () => {
    rmSync(join(world.folder, 'deaf'));
    const { child, ended } = start('deaf');
    await expect.poll(() => readdirSync(world.folder)).toContain('deaf');
    child.kill('SIGTERM');
    await sleep(100);
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGINT']);
    expect(readdirSync(memory)).toEqual([]);
  });
});
