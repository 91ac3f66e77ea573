import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';
import { ended, startRun } from './run-process.js';

const shown = 'run-value-ä';
let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  await world.as('owner', 'set db password=-', { input: shown });
  await world.as('owner', 'set db user.name=-', { input: 'app-user' });
});
afterAll(() => world?.stop());

const start = (...args: readonly string[]) => startRun(world, args);

describe('sallyport run', () => {
  it('gives a program the keys of a Secret, and has its exit code', async () => {
    const script = 'printf %s "$PASSWORD $USER_NAME"; exit 7';
    const child = start('run', '--secret', 'db', '--names', 'upper', '--', 'sh', '-c', script);
    expect(await ended(child)).toEqual({ out: `${shown} app-user`, err: '', code: 7 });
  });

  it('gives it single keys under other names', async () => {
    const child = start(
      'run',
      '--env',
      'PGPASSWORD=pay/db/password',
      '--',
      'printenv',
      'PGPASSWORD',
    );
    expect(await ended(child)).toEqual({ out: `${shown}\n`, err: '', code: 0 });
  });

  it('passes signals on', async () => {
    const script = 'trap "echo ended; exit 9" TERM; echo ready; while :; do sleep 0.05; done';
    const child = start('run', '--secret', 'db', '--names', 'upper', '--', 'sh', '-c', script);
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    expect(await ended(child)).toMatchObject({ code: 9, out: expect.stringContaining('ended') });
  });

  it('ends as the program does that a signal ends', async () => {
    const child = start('run', '--env', 'P=db/password', '--', 'sh', '-c', 'kill -KILL $$');
    expect(await ended(child)).toMatchObject({ code: 137 });
  });

  it('shows no value in the arguments of any process', async () => {
    const script = 'echo ready; sleep 1';
    const child = start('run', '--secret', 'db', '--names', 'upper', '--', 'sh', '-c', script);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const lines = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLineOf);
    expect(lines.some((line) => line.includes('--names\0upper'))).toBe(true);
    expect(lines.filter((line) => line.includes(shown))).toEqual([]);
    await end;
  });

  it.each([
    ['a program that does not exist', ['--env', 'P=db/password', '--', 'no-such-program'], 127],
    ['a Secret that does not exist', ['--secret', 'absent', '--', 'true'], 4],
    ['a key that does not exist', ['--env', 'P=db/absent', '--', 'true'], 4],
    ['a key that is no name of a variable', ['--secret', 'db', '--', 'true'], 2],
    ['nothing to give', ['--', 'true'], 2],
    ['no program', ['--secret', 'db'], 2],
  ])('does not run %s', async (_what, args, code) => {
    const child = await ended(start('run', ...args));
    expect(child).toMatchObject({ code, out: '' });
    expect(child.err).not.toContain(shown);
  });

  it('gives no variable that would run code, unless the user names the variable', async () => {
    await world.as('owner', 'set trap NODE_OPTIONS=-', { input: '--version' });
    const whole = await ended(start('run', '--secret', 'trap', '--', 'printenv', 'NODE_OPTIONS'));
    expect(whole).toMatchObject({ code: 2, out: '' });
    const named = ['--env', 'NODE_OPTIONS=trap/NODE_OPTIONS', '--', 'printenv', 'NODE_OPTIONS'];
    expect(await ended(start('run', ...named))).toMatchObject({ code: 0, out: '--version\n' });
  });
});

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // The process has ended meanwhile.
    return '';
  }
}
