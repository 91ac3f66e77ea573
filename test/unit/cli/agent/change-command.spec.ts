import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommand } from '../../../../src/cli/agent/change-command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const run = (script: string, limitMs: number, signal = never) =>
  runCommand({ command: ['sh', '-c', script], limitMs }, signal);

it('a command that ends well is done; another says how it ended', async () => {
  await expect(run('exit 0', 5_000)).resolves.toBeUndefined();
  await expect(run('exit 7', 5_000)).rejects.toThrow('the command sh has failed: exit code 7');
  await expect(run('kill -TERM $$', 5_000)).rejects.toThrow('has failed: SIGTERM');
  const absent = runCommand({ command: [join(folder, 'absent')], limitMs: 5_000 }, never);
  await expect(absent).rejects.toThrow('cannot be started: ENOENT');
});

it('a command that takes too long has ended, with all that it has started', async () => {
  const pids = join(folder, 'pids');
  const script = `sleep 60 & echo $$ $! > ${pids}; wait`;
  await expect(run(script, 300)).rejects.toThrow('did not end in time');
  for (const pid of readFileSync(pids, 'utf8').trim().split(' ')) {
    await expect.poll(() => isRunning(pid)).toBe(false);
  }
});

it('a command ends with the agent', async () => {
  const ending = new AbortController();
  const running = run(`touch ${join(folder, 'started')}; exec sleep 60`, 60_000, ending.signal);
  await expect.poll(() => existsSync(join(folder, 'started'))).toBe(true);
  ending.abort();
  await expect(running).rejects.toThrow('did not end');
});

/** Reports whether a process runs: one that has ended waits for its parent as a zombie. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
