import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  processMark,
  removeAbandonedFolders,
} from '../../../../src/cli/private-folder/abandoned-folders.js';

let parent: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'sallyport-abandoned-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  rmSync(parent, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function folder(mark: string, random = 'a1B2c3'): string {
  const path = join(parent, `sallyport-run-${mark}-${random}`);
  mkdirSync(path);
  writeFileSync(join(path, 'value'), 'plaintext', { mode: 0o400 });
  return path;
}

const [namespace = '', pid = '', start = ''] = processMark()?.split('-') ?? [];

it('a folder whose process was killed goes; also if its id belongs to another process now', () => {
  const gone = [
    folder(`${namespace}-4194303-1`),
    folder(`${namespace}-${pid}-${Number(start) - 1}`),
  ];
  removeAbandonedFolders(parent);
  expect(gone.map((path) => existsSync(path))).toEqual([false, false]);
});

it('a folder stays whose process lives, or is of another container, and what is no such folder', () => {
  const kept = [
    folder(`${namespace}-${pid}-${start}`),
    folder(`${Number(namespace) + 1}-4194303-1`),
    folder(`${namespace}-4194303-1`, 'too-long'),
  ];
  removeAbandonedFolders(parent);
  expect(kept.map((path) => existsSync(path))).toEqual([true, true, true]);
});

it('a folder stays as long as a program runs that was started with it', async () => {
  const path = folder(`${namespace}-4194303-1`);
  const env = { PATH: process.env['PATH'], SALLYPORT_FILES: path };
  const child = spawn('sleep', ['60'], { env });
  children.push(child);
  await once(child, 'spawn');
  removeAbandonedFolders(parent);
  expect(existsSync(path)).toBe(true);
  await end(child);
  removeAbandonedFolders(parent);
  expect(existsSync(path)).toBe(false);
});

it('a folder that cannot be read is no failure', () => {
  expect(() => removeAbandonedFolders(join(parent, 'absent'))).not.toThrow();
});
