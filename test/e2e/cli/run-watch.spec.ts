import { existsSync, readdirSync, statSync, statfsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scaled } from '../../support/scale.js';
import { CliWorld, type Role } from './cli-world.js';
import { RunProcess, startRun } from './run-process.js';

const TMPFS = 0x01021994;
/** Ends by itself, in case a test fails. */
const loop = 'for i in $(seq 600); do sleep 0.05; done';
let world: CliWorld;
let running: RunProcess | undefined;

beforeAll(async () => {
  world = await CliWorld.start();
});
afterAll(() => world?.stop());
afterEach(async () => {
  running?.kill('SIGTERM');
  await running?.exited();
});

function run(args: readonly string[], role?: Role): RunProcess {
  running = new RunProcess(startRun(world, ['run', ...args], role));
  return running;
}

const set = (name: string, value: string) =>
  world.as('owner', `set ${name} password=-`, { input: value });

describe('a program whose values are kept up to date', () => {
  it('is started again with the later values, once for changes that follow each other', async () => {
    await set('restarted', 'first');
    const script = `echo "started $password"; ${loop}`;
    const child = run(['--secret', 'restarted', '--watch', '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toEqual(['started first']);
    for (const value of ['second', 'third']) await set('restarted', value);
    await expect.poll(() => child.lines).toEqual(['started first', 'started third']);
    await world.as('owner', 'set restarted password=-', { input: 'third' });
    await delay(1_500);
    expect(child.lines).toHaveLength(2);
  });

  it('gets a signal once its files are the later ones', async () => {
    await set('signalled', 'first');
    const read = 'cat "$SALLYPORT_FILES/signalled/password"; echo';
    const script = `${read}; trap '${read}' HUP; ${loop}`;
    const options = ['--secret', 'signalled', '--files', '--watch', '--on-change', 'SIGHUP'];
    const child = run([...options, '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toEqual(['first']);
    await set('signalled', 'second');
    await expect.poll(() => child.lines).toEqual(['first', 'second']);
  });

  it('ends sallyport with its exit code, and is not started again after SIGTERM', async () => {
    await set('ended', 'value');
    const child = run(['--env', 'P=ended/password', '--watch', '--', 'sh', '-c', 'exit 7']);
    expect(await child.exited()).toBe(7);
    const script = `trap 'sleep 2; exit 9' TERM; echo started; ${loop}`;
    const slow = run(['--env', 'P=ended/password', '--watch', '--', 'sh', '-c', script]);
    await expect.poll(() => slow.lines).toEqual(['started']);
    slow.kill('SIGTERM');
    await set('ended', 'other');
    expect(await slow.exited()).toBe(9);
    expect(slow.lines).toEqual(['started']);
  });

  it('keeps its values if the later ones cannot be given', async () => {
    await set('kept', 'text');
    const script = `echo "started $password"; ${loop}`;
    const child = run(['--secret', 'kept', '--watch', '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toEqual(['started text']);
    await set('kept', 'no\0text');
    await expect.poll(() => child.err).toContain('the program keeps the values that it has');
    await set('kept', 'text again');
    await expect.poll(() => child.lines).toEqual(['started text', 'started text again']);
  });

  it('keeps running with its values if the later ones cannot be started with', async () => {
    await set('long', 'short');
    const script = `echo "started $password"; ${loop}`;
    const child = run(['--secret', 'long', '--watch', '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toEqual(['started short']);
    await set('long', 'l'.repeat(200_000));
    await expect.poll(() => child.err).toContain('is too long for a variable');
    await set('long', 'short again');
    await expect.poll(() => child.lines).toEqual(['started short', 'started short again']);
  });

  it('keeps its values while it may not read them, at most for --max-stale', async () => {
    await set('stale', 'value');
    const token = await world.installation.user('pay', 'stale', [
      { verbs: ['get'], resources: ['secrets'], resourceNames: ['stale'] },
    ]);
    const file = world.writeToken('stale', token);
    const script = `echo started; ${loop}`;
    const options = ['--token-file', file, '--watch', '--max-stale', '5s', '--secret', 'stale'];
    const child = run([...options, '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toEqual(['started']);
    await world.installation.cluster.request(
      'DELETE',
      '/apis/rbac.authorization.k8s.io/v1/namespaces/pay/rolebindings/pay-stale',
    );
    expect(await child.exited()).toBe(6);
    expect(child.err).toContain('pay/stale: ');
    expect(child.err).toContain('has not confirmed the values');
  });

  it('is not started if the gateway refuses the first read', async () => {
    await set('refused', 'value');
    expect(await run(['--secret', 'refused', '--watch', '--', 'true'], 'nobody').exited()).toBe(3);
    expect(await run(['--secret', 'absent', '--watch', '--', 'true']).exited()).toBe(4);
  });
});

describe('values as files', () => {
  it('are private and in memory, and go with the program', async () => {
    await set('filed', 'value');
    const script = `echo "$SALLYPORT_FILES"; ${loop}`;
    const child = run(['--secret', 'filed', '--files', '--', 'sh', '-c', script]);
    await expect.poll(() => child.lines).toHaveLength(1);
    const [folder = ''] = child.lines;
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/filed/password`).mode & 0o777).toBe(0o400);
    expect(statfsSync(folder).type).toBe(TMPFS);
    child.kill('SIGTERM');
    await child.exited();
    expect(existsSync(folder)).toBe(false);
  });

  it('are left by no interrupt, whenever it comes', async () => {
    await set('interrupted', 'value');
    const before = leftovers();
    for (let round = 0; round < scaled(60, 8); round += 1) {
      const child = run(['--secret', 'interrupted', '--files', '--watch', '--', 'sleep', '30']);
      await delay(150 + Math.random() * 900);
      child.kill('SIGINT');
      expect(await child.exited()).not.toBe(0);
    }
    expect(leftovers()).toEqual(before);
  });

  it('can be those of an environment', async () => {
    await set('composed', 'value');
    await world.putEnvironment('shop', {
      HOST: { value: 'db.pay.svc' },
      DSN: { template: 'pg://{{ PASSWORD }}@{{ HOST }}' },
      PASSWORD: { secret: { name: 'composed', key: 'password' } },
    });
    const script = 'cat "$SALLYPORT_FILES/shop/DSN"; echo " $DSN"';
    const filed = run(['--environment', 'shop', '--files', '--', 'sh', '-c', script]);
    expect(await filed.exited()).toBe(0);
    expect(filed.out).toBe('pg://value@db.pay.svc \n');
    const variables = run(['--environment', 'pay/shop', '--', 'printenv', 'DSN']);
    expect(await variables.exited()).toBe(0);
    expect(variables.out).toBe('pg://value@db.pay.svc\n');
  });
});

describe('a wrong command line of run', () => {
  it.each([
    ['--secret a --on-change SIGHUP --watch', 'a signal needs --files'],
    ['--secret a --debounce 2s', 'need --watch'],
    ['--secret a --watch --max-stale 1s', 'at least 5s'],
    ['--env A=b/c --files', '--files needs a --secret'],
  ])('%s is refused', async (options, message) => {
    const ended = await world.as('owner', `run ${options} -- true`);
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(message)]);
  });
});

function leftovers(): readonly string[] {
  return readdirSync('/dev/shm').filter((name) => name.startsWith('sallyport-run-'));
}
