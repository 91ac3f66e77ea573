import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LockTimeout, withProcessLock } from '../../../../src/cli/login/process-lock.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-lock-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (name: string) => join(folder, 'locks', name);

/** Starts a process that takes the lock, and has it until it ends. Returns what it prints. */
async function taker(path: string) {
  const program = `
    import { withProcessLock } from './src/cli/login/process-lock.ts';
    await withProcessLock(${JSON.stringify(path)}, 0, async () => {
      console.log('locked');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }).catch(({ name }) => console.log(name));`;
  const args = ['--import', './test/ts-hooks.mjs', '--input-type=module', '-e', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.on('error', (error) => expect.fail(String(error)));
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, printed: printed.toString().trim() };
}

it('is had by one at a time, and by the next afterwards', async () => {
  const path = pathOf('one');
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    return name;
  };
  const all = ['a', 'b', 'c'].map((name) => withProcessLock(path, 10_000, work(name)));
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
  for (let index = 0; index < steps.length; index += 2) {
    expect(steps[index + 1]).toBe(steps[index]?.replace('begins', 'ends'));
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('is freed if the work fails', async () => {
  const path = pathOf('failed');
  await expect(withProcessLock(path, 0, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await withProcessLock(path, 0, async () => 'next')).toBe('next');
});

it('is waited for no longer than asked, and is freed by the end of a killed process', async () => {
  const path = pathOf('killed');
  const { child, printed } = await taker(path);
  expect(printed).toBe('locked');
  try {
    await expect(withProcessLock(path, 100, async () => 'early')).rejects.toThrow(LockTimeout);
    const next = withProcessLock(path, 20_000, async () => 'next');
    child.kill('SIGKILL');
    expect(await next).toBe('next');
  } finally {
    child.kill('SIGKILL');
  }
});

it('is not lost while others of the same process wait for it', async () => {
  const path = pathOf('shared');
  await withProcessLock(path, 0, async () => {
    await expect(withProcessLock(path, 100, async () => 'early')).rejects.toThrow(LockTimeout);
    const { child, printed } = await taker(path);
    child.kill('SIGKILL');
    expect(printed).toBe('LockTimeout');
  });
});
