import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HeldSocket, exchange } from '../../support/held-socket.js';
import { WorkersWorld } from './workers-world.js';

const maxConnections = 64;
const workers = 2;

let world: WorkersWorld;
let base: string;
const held: HeldSocket[] = [];

beforeAll(async () => {
  world = await WorkersWorld.open({ workers, listen: { port: 0, maxConnections } });
  base = (await world.gateway()).url;
});
afterEach(() => {
  for (const one of held.splice(0)) one.close();
});
afterAll(() => world.close());

async function open(count: number): Promise<void> {
  for (let opened = 0; opened < count; opened += 1) held.push(await HeldSocket.open({ base }));
}

function whoami(connection: 'close' | 'keep-alive'): string {
  const credential = `Host: x\r\nAuthorization: Bearer ${world.token}\r\n`;
  return `GET /v1/whoami HTTP/1.1\r\n${credential}Connection: ${connection}\r\n\r\n`;
}

const left = () => held.filter(({ isClosed }) => !isClosed).length;
const closedFor = (reason: string) =>
  world.metric('sallyport_connections_closed_total', `"${reason}"`);

it('half-open connections of an address are bounded by each worker for its share', async () => {
  // An eighth of all, divided by the workers. They come to them in turn, but not strictly so.
  const bound = maxConnections / 8;
  const halfOpen = () => world.metric('sallyport_connections{', 'half-open');
  await expect
    .poll(async () => {
      await open(1);
      return halfOpen();
    })
    .toBe(bound);
  await open(2 * bound);
  await expect.poll(left).toBe(bound);
  expect(await closedFor('half-open-of-address')).toBe(held.length - bound);
  expect(await exchange({ base }, whoami('close'))).toMatch(/^HTTP\/1\.1 200 /);
});

it('idle connections make room for others within the share of their worker', async () => {
  for (let opened = 0; opened < maxConnections + 10; opened += 1) {
    await open(1);
    expect(await held.at(-1)?.answer(whoami('keep-alive'))).toMatch(/^HTTP\/1\.1 200 /);
  }
  // Each worker keeps its last place free.
  await expect.poll(left).toBe(maxConnections - workers);
  expect(await world.metric('sallyport_connections{', '"open"')).toBe(maxConnections - workers);
  expect(await exchange({ base }, whoami('close'))).toMatch(/^HTTP\/1\.1 200 /);
});
