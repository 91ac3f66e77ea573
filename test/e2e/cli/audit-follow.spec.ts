import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const program = new URL('../../../src/cli.ts', import.meta.url).pathname;
let world: CliWorld;
let network: Network;

/** Passes connections on to the gateway, and can be away for a time. */
class Network {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async begin(): Promise<void> {
    const server = createServer((socket) => {
      const upstream = connect(Number(new URL(world.url).port), '127.0.0.1');
      for (const one of [socket, upstream]) {
        this.#sockets.add(one);
        one.on('error', () => undefined).on('close', () => this.#sockets.delete(one));
      }
      socket.pipe(upstream).pipe(socket);
    });
    server.on('error', () => undefined).listen(this.#port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(0)));
  }
}

beforeAll(async () => {
  world = await CliWorld.start();
  network = new Network();
  await network.begin();
  await world.as('owner', 'set db password=-', { input: 'a-value' });
});
afterAll(async () => {
  await network?.end();
  await world?.stop();
});

function follow(...args: readonly string[]) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', hooks, program, 'audit', 'search', '--follow', ...args],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: world.folder,
        ...world.env('auditor'),
        SALLYPORT_ADDR: network.url,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const seen = { out: '', err: '' };
  child.on('error', () => undefined);
  child.stdout?.on('data', (text: Buffer) => (seen.out += text.toString('utf8')));
  child.stderr?.on('data', (text: Buffer) => (seen.err += text.toString('utf8')));
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
  return { child, seen, ended };
}

const idsIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id);

describe('sallyport audit search --follow', () => {
  it(
    'prints events as they come, also those of an outage, and ends by an interrupt',
    { timeout: 90_000 },
    async () => {
      const { child, seen, ended } = follow(
        '--secret',
        'db',
        '--action',
        'secrets.reveal',
        '-o',
        'json',
      );
      await world.as('reader', 'key db password');
      await expect.poll(() => idsIn(seen.out).length).toBe(1);
      await network.end();
      for (let reads = 0; reads < 3; reads += 1) await world.as('reader', 'key db password');
      await expect.poll(() => seen.err).toContain('waiting for the gateway');
      await network.begin();
      await expect.poll(() => idsIn(seen.out).length).toBe(4);
      const ids = idsIn(seen.out).map(Number);
      expect([...new Set(ids)].toSorted((one, other) => one - other)).toEqual(ids);
      child.kill('SIGINT');
      expect(await ended).toBe(0);
    },
  );

  it('prints a table with one header, without its own searches', { timeout: 60_000 }, async () => {
    const { child, seen, ended } = follow('--since', '1h');
    await expect.poll(() => seen.out).toContain('secrets.create');
    await world.as('reader', 'list');
    await expect.poll(() => seen.out).toContain('secrets.list');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(seen.out.match(/^TIME /gm)).toHaveLength(1);
    expect(seen.out).not.toContain('audit.read');
  });

  it('has no end, and needs the right to search', async () => {
    const line = 'audit search --follow';
    expect(await world.as('auditor', `${line} --until 1h`)).toMatchObject({ code: 2 });
    expect(await world.as('nobody', line)).toMatchObject({ code: 3 });
  });
});
