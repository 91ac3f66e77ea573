import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { CliWorld, type Role } from './cli-world.js';
import { RunProcess, startRun } from './run-process.js';

let world: CliWorld;
let folder: string;
let running: RunProcess | undefined;
let folders = 0;

beforeAll(async () => {
  world = await CliWorld.start();
});
afterAll(() => world?.stop());
afterEach(async () => {
  running?.kill('SIGTERM');
  await running?.exited();
  running = undefined;
});

const inFolder = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(inFolder(name), 'utf8');
const set = (name: string, value: string) =>
  world.as('owner', `set ${name} password=-`, { input: value });

/** Makes a new folder, and a configuration in it. */
function configure(config: (path: (name: string) => string) => object): string {
  folders += 1;
  folder = join(world.folder, `agent-${folders}`);
  mkdirSync(folder);
  writeFileSync(inFolder('agent.yaml'), stringify(config(inFolder)));
  return inFolder('agent.yaml');
}

function start(config: string, { options = [] as readonly string[], role = 'owner' as Role } = {}) {
  running = new RunProcess(startRun(world, ['agent', '--config', config, ...options], role));
  return running;
}

describe('an agent', () => {
  it('keeps files up to date, and runs the command once for each change', async () => {
    await set('kept', 'first');
    const config = configure((path) => ({
      files: [
        { path: path('password'), key: 'pay/kept/password', mode: '0440' },
        { path: path('kept.env'), secret: 'kept', format: 'env', names: 'upper' },
        {
          path: path('kept.ini'),
          template: 'password = {{ PASSWORD | json }}\n',
          values: { PASSWORD: 'kept/password' },
        },
      ],
      onChange: { command: ['sh', '-c', `echo changed >> ${path('log')}`] },
      ready: { file: path('ready') },
    }));
    start(config);
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(true);
    expect([read('password'), read('kept.env'), read('kept.ini')]).toEqual([
      ...['first', 'PASSWORD=first\n', 'password = "first"\n'],
    ]);
    expect(statSync(inFolder('password')).mode & 0o777).toBe(0o440);
    expect(existsSync(inFolder('log'))).toBe(false);
    await set('kept', 'second');
    await expect.poll(() => existsSync(inFolder('log')) && read('log')).toBe('changed\n');
    expect([read('password'), read('kept.env')]).toEqual(['second', 'PASSWORD=second\n']);
  });

  it('has probes and metrics, and is ready only with files that are up to date', async () => {
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'late/password' }],
      ready: { file: path('ready') },
      listen: { port: 0 },
    }));
    const agent = start(config);
    await expect.poll(() => agent.err).toContain('the agent tries again');
    const [, url = ''] = /listening on (\S+)/.exec(agent.err) ?? [];
    const status = async (path: string) => (await fetch(url + path)).status;
    expect([await status('/livez'), await status('/readyz')]).toEqual([200, 503]);
    await set('late', 'value');
    await expect.poll(() => status('/readyz'), { timeout: 20_000 }).toBe(200);
    expect(existsSync(inFolder('ready'))).toBe(true);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('sallyport_agent_ready 1');
    expect(metrics).toContain('sallyport_agent_files_written_total 1');
    expect(metrics).toMatch(/sallyport_agent_values_age_seconds \d/);
    agent.kill('SIGTERM');
    expect(await agent.exited()).toBe(0);
    expect([existsSync(inFolder('ready')), read('password')]).toEqual([false, 'value']);
  });

  it('runs the command again until it succeeds, also after a crash of the agent', async () => {
    await set('owed', 'first');
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'owed/password' }],
      onChange: { command: ['sh', '-c', `test -e ${path('app')} && echo run >> ${path('log')}`] },
      ready: { file: path('ready') },
    }));
    const agent = start(config);
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(true);
    await set('owed', 'second');
    await expect.poll(() => agent.err).toContain('the command sh has failed: exit code 1');
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(false);
    agent.kill('SIGKILL');
    await agent.exited();
    writeFileSync(inFolder('app'), '');
    start(config);
    await expect.poll(() => existsSync(inFolder('log')) && read('log')).toBe('run\n');
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(true);
  });

  it('writes a file again that was removed, and runs the command for it', async () => {
    await set('removed', 'value');
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'removed/password' }],
      onChange: { command: ['sh', '-c', `echo changed >> ${path('log')}`] },
      ready: { file: path('ready') },
      recheck: '1s',
    }));
    start(config);
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(true);
    for (const name of ['password', 'ready']) rmSync(inFolder(name));
    await expect.poll(() => existsSync(inFolder('log')) && read('log')).toBe('changed\n');
    expect(read('password')).toBe('value');
    await expect.poll(() => existsSync(inFolder('ready'))).toBe(true);
  });

  it.each(['the address', 'the configuration', 'the context'])(
    'that cannot start because of %s is not ready, whatever one before has left',
    async (fault) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const config = configure((path) => ({
        files: [{ path: path('password'), key: 'kept/password' }],
        ready: { file: path('ready') },
        listen: { port: fault === 'the address' ? port : 0 },
        ...(fault === 'the configuration' && { debounce: 'long' }),
      }));
      writeFileSync(inFolder('ready'), '');
      const options = fault === 'the context' ? ['--context', 'absent'] : [];
      expect(await start(config, { options }).exited()).not.toBe(0);
      expect(existsSync(inFolder('ready'))).toBe(false);
      taken.close();
    },
  );

  it('ends, and serves no probe, if the file of the readiness cannot be its own', async () => {
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'kept/password' }],
      ready: { file: path('.') },
      listen: { port: 0 },
    }));
    const agent = start(config);
    expect(await agent.exited()).toBe(1);
    expect(agent.err).not.toContain('listening');
  });

  it('takes a new token from its file', async () => {
    await set('token', 'first');
    const rule = { verbs: ['get'], resources: ['secrets'], resourceNames: ['token'] };
    const token = await world.installation.user('pay', 'agent', [rule]);
    const file = world.writeToken('agent', 'expired');
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'token/password' }],
    }));
    const agent = start(config, { options: ['--token-file', file] });
    await expect.poll(() => agent.err).toContain('the agent tries again');
    world.writeToken('agent', token);
    await expect
      .poll(() => existsSync(inFolder('password')) && read('password'), { timeout: 20_000 })
      .toBe('first');
  });

  it('writes files once for an init container, or says why not', async () => {
    await set('once', 'value');
    const config = configure((path) => ({
      files: [{ path: path('password'), key: 'once/password' }],
    }));
    const options = ['--once'];
    expect(await start(config, { options }).exited()).toBe(0);
    expect(read('password')).toBe('value');
    expect(await start(config, { options, role: 'nobody' }).exited()).toBe(3);
    writeFileSync(config, 'files: {');
    expect(await start(config, { options }).exited()).toBe(2);
    expect(running?.err).toContain('is not YAML');
  });
});
