import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rotationLimits } from '../../../src/core/rotation-limits.js';
import { RotationsService } from '../../../src/rotation/rotations.service.js';
import { changeLimits } from '../../support/changed-limits.js';
import { type Answer, send } from '../../support/raw-http.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually, virtual } from '../../support/tokens-world.js';

// As in the gateway itself, and so few that a test can take all of them.
changeLimits([rotationLimits], { waitsMax: 40, waitsPerUserMax: 2, waitsPerAddressMax: 3 });

const namespace = 'run-waits';
const mints = virtual('accesstokens', 'create', 'list', 'delete');
const reads = virtual('secretrotations', 'get');

let world: RotationWorld;
let receiver: RotationReceiver;
/** Of a run that does not end. */
let path: string;
let count = 0;

beforeAll(async () => {
  const listen = { port: 0, trustedProxies: ['127.0.0.1'] };
  world = await RotationWorld.start(namespace, { listen });
  receiver = await RotationReceiver.start(world);
  await world.seed('db', { password: 'the-old-password' });
  await world.rotate('db', receiver.spec('ok'));
  const { id } = await world.begin('db');
  path = `${world.at('db')}/rotation/runs/${id}`;
  await eventually(async () => {
    const { state } = await world.run('db', id);
    if (state !== 'waiting') throw new Error(`the run is ${state}`);
  });
});
afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

async function newUser(): Promise<string> {
  count += 1;
  const token = await world.installation.user(namespace, `user-${count}`, [reads, mints]);
  await eventually(async () => expect((await read(token, newAddress())).status).toBe(200));
  return token;
}

function newAddress(): string {
  count += 1;
  return `198.51.100.${count}`;
}

async function mint(token: string): Promise<string> {
  const body = { description: 'a test', expiresInSeconds: 600, scope: { namespaces: [namespace] } };
  const answer = await send(world.url, { method: 'POST', path: '/v1/tokens', token, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.json<{ token: string }>().token;
}

function read(token: string, from: string, seconds?: number, agent?: Agent): Promise<Answer> {
  const query = seconds === undefined ? '' : `?waitSeconds=${seconds}`;
  const headers = { 'x-forwarded-for': from };
  return send(world.url, { path: `${path}${query}`, token, headers, agent });
}

/** Begins a wait and resolves once it has its place, which `end` gives back. */
async function wait(token: string, from: string): Promise<{ end(): Promise<void> }> {
  const { runs } = world.installation.gateway.app.get(RotationsService, { strict: false });
  const before = runs.waiting;
  const agent = new Agent();
  const answer = read(token, from, 60, agent);
  const early = await Promise.race([
    answer.then(({ status }) => status).catch(() => 0),
    eventually(() => void expect(runs.waiting).toBe(before + 1)),
  ]);
  expect(early).toBeUndefined();
  answer.catch(() => undefined);
  const end = async (): Promise<void> => {
    const size = runs.waiting;
    agent.destroy();
    await eventually(() => expect(runs.waiting).toBe(size - 1));
  };
  return { end };
}

async function isRefused(token: string, from: string): Promise<void> {
  const answer = await read(token, from, 10);
  expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
  // A read that does not wait needs no place.
  expect((await read(token, from)).status).toBe(200);
}

it('waits for runs are bounded for an owner, by whichever token', async () => {
  const [owner, other] = [await newUser(), await newUser()];
  const waits = [await wait(owner, newAddress()), await wait(await mint(owner), newAddress())];
  const third = await mint(owner);
  await isRefused(third, newAddress());
  await isRefused(owner, newAddress());
  waits.push(await wait(other, newAddress()));
  await waits[0]?.end();
  waits.push(await wait(third, newAddress()));
  await isRefused(owner, newAddress());
  for (const one of waits.slice(1)) await one.end();
});

it('waits for runs are bounded for an address, however many owners are there', async () => {
  const from = newAddress();
  const waits = [];
  for (let index = 0; index < 3; index += 1) waits.push(await wait(await newUser(), from));
  const next = await newUser();
  await isRefused(next, from);
  waits.push(await wait(next, newAddress()));
  await waits[0]?.end();
  waits.push(await wait(next, from));
  await isRefused(await newUser(), from);
  for (const one of waits.slice(1)) await one.end();
});
