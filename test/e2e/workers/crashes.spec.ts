import { existsSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { type Answer, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { SocketClient } from '../../support/socket-client.js';
import { eventually } from '../../support/tokens-world.js';
import { WorkersWorld, isRunning, namespace, secretsPath } from './workers-world.js';

const CLIENTS = 12;
let world: WorkersWorld;
let count = 0;

beforeAll(async () => {
  world = await WorkersWorld.open();
});

afterAll(async () => {
  await world.close();
});

/** A Secret of its own, which every worker answers by itself. */
async function readable(): Promise<{ readonly name: string; readonly path: string }> {
  count += 1;
  const name = `secret-${count}`;
  await seedSecret(world.installation, namespace, name, { a: '1' });
  await world.gateway();
  const path = `${secretsPath}/${name}/keys/a`;
  await world.warm(path);
  return { name, path };
}

/** How a connection ends that has no answer: not by the client's own patience. */
function endOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Reads by many connections until told to end; what was answered, and how others ended. */
function load(url: string, path: string) {
  const answers: Answer[] = [];
  const failures: string[] = [];
  const state = { isOver: false };
  const client = async (): Promise<void> => {
    while (!state.isOver) {
      try {
        answers.push(await send(url, { path, token: world.token }));
      } catch (error) {
        failures.push(endOf(error));
      }
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    ...{ answers, failures },
    async end(): Promise<void> {
      state.isOver = true;
      await clients;
    },
  };
}

const idsOf = (answers: readonly Answer[]) =>
  answers.flatMap(({ status, headers }) => (status === 200 ? [String(headers['audit-id'])] : []));

/** Ids of answers with a value that have no event. Needs at least one such answer. */
async function unrecorded(name: string, answers: readonly Answer[]): Promise<readonly string[]> {
  const ids = idsOf(answers);
  expect(ids.length).toBeGreaterThan(0);
  const events = new Set((await world.eventsOf(name)).map(({ auditId }) => auditId));
  return ids.filter((id) => !events.has(id));
}

beforeEach(async () => {
  await world.gateway();
});

it('kill -9 of a worker: no answer without its event, and the others go on', async () => {
  const { name, path } = await readable();
  const { url } = await world.gateway();
  const [victim = 0, ...others] = world.workers();
  expect(others).toHaveLength(1);
  const reads = load(url, path);
  await eventually(async () => expect(reads.answers.length).toBeGreaterThan(100));
  process.kill(victim, 'SIGKILL');
  const before = reads.answers.length;
  await eventually(async () => expect(reads.answers.length).toBeGreaterThan(before + 200));
  await eventually(async () => expect(world.workers()).toHaveLength(2));
  expect(world.workers()).toEqual(expect.arrayContaining(others));
  expect(world.workers()).not.toContain(victim);
  await reads.end();
  expect(reads.answers.every(({ status }) => status === 200)).toBe(true);
  // Only what the victim had in hand has no answer, and whoever sent it hears so.
  expect(reads.failures.length).toBeLessThanOrEqual(CLIENTS);
  expect(reads.failures.filter((end) => end !== 'ECONNRESET')).toEqual([]);
  expect(await unrecorded(name, reads.answers)).toEqual([]);
  await world.warm(path);
});

it('without a crash there are as many events as answers', async () => {
  const { name, path } = await readable();
  const { url } = await world.gateway();
  const warmed = (await world.eventsOf(name)).length;
  const reads = load(url, path);
  await eventually(async () => expect(reads.answers.length).toBeGreaterThan(500));
  await reads.end();
  expect(reads.failures).toEqual([]);
  const events = await world.eventsOf(name);
  expect(events.length - warmed).toBe(reads.answers.length);
  const ids = new Set(events.map(({ auditId }) => auditId));
  expect(idsOf(reads.answers).every((id) => ids.has(id))).toBe(true);
});

it('a worker that does not answer is ended, so that no write waits for it', async () => {
  const { name, path } = await readable();
  const [stuck = 0] = world.workers();
  process.kill(stuck, 'SIGSTOP');
  const body = { stringData: { a: '2' } };
  const put = { method: 'PUT', path: `${secretsPath}/${name}`, body };
  // One of two connections leads to the one that is stuck, and ends with it; the write of the other
  // waits until that worker has heard of it, or is gone.
  const calls = await Promise.allSettled([world.call(put), world.call(put)]);
  const ends = calls.map((call) => {
    return call.status === 'rejected' ? endOf(call.reason) : String(call.value.status);
  });
  expect(ends.toSorted()).toEqual(['200', 'ECONNRESET']);
  await eventually(async () => expect(isRunning(stuck)).toBe(false));
  await eventually(async () => expect(world.workers()).toHaveLength(2));
  expect(world.workers()).not.toContain(stuck);
  await world.warm(path);
  expect((await world.call({ path })).text).toBe('2');
});

it('a main process that does not answer: 503 without a value, then as before', async () => {
  const { name, path } = await readable();
  const gateway = await world.gateway();
  const { agents, close } = world.connections(2);
  const reads = () => Promise.all(agents.map((agent) => world.call({ path, agent })));
  const before = await reads();
  expect(before.map(({ text }) => text)).toEqual(['1', '1']);
  process.kill(gateway.pid, 'SIGSTOP');
  const refused = await reads().finally(() => process.kill(gateway.pid, 'SIGCONT'));
  expect(refused.map((answer) => [answer.status, answer.json()['code']])).toEqual([
    [503, 'Unavailable'],
    [503, 'Unavailable'],
  ]);
  expect(refused.filter(({ text }) => text === '1')).toEqual([]);
  const after = await reads();
  expect(after.map(({ text }) => text)).toEqual(['1', '1']);
  // What was refused may be on record all the same, since the main process has got it.
  expect(await unrecorded(name, [...before, ...after])).toEqual([]);
  close();
});

it('kill -9 of the main process: its workers end, and the next one starts', async () => {
  const { name, path } = await readable();
  const gateway = await world.gateway();
  const workers = world.workers();
  const reads = load(gateway.url, path);
  await eventually(async () => expect(reads.answers.length).toBeGreaterThan(100));
  gateway.kill();
  await gateway.ended();
  await eventually(async () => expect(workers.filter(isRunning)).toEqual([]));
  await reads.end();
  expect(reads.answers.every(({ status }) => status === 200)).toBe(true);
  // The next one has what the last one answered.
  await world.gateway();
  expect(await unrecorded(name, reads.answers)).toEqual([]);
  await world.warm(path);
  expect(world.workers()).toHaveLength(2);
  expect(world.workers().filter((pid) => workers.includes(pid))).toEqual([]);
});

it('SIGTERM: what is in flight ends, nothing is left, and the exit code is 0', async () => {
  const { name, path } = await readable();
  const gateway = await world.gateway();
  const workers = world.workers();
  expect(statSync(world.folder).mode & 0o777).toBe(0o700);
  // What a WebSocket leaves behind would be waited for until the stop is late.
  const client = await SocketClient.begin(gateway.url, world.token);
  client.close();
  const reads = load(gateway.url, path);
  await eventually(async () => expect(reads.answers.length).toBeGreaterThan(100));
  world.installation.cluster.pause();
  const strong = world.call({ path: `${path}?consistency=strong` });
  await wait(300);
  const startedAtMs = performance.now();
  const stopped = gateway.stop();
  await wait(300);
  world.installation.cluster.resume();
  expect(await strong).toMatchObject({ status: 200 });
  expect(await stopped).toBe(0);
  expect(performance.now() - startedAtMs).toBeLessThan(limits.shutdownMsMax);
  await reads.end();
  expect(reads.answers.every(({ status }) => status === 200)).toBe(true);
  expect(workers.filter(isRunning)).toEqual([]);
  expect(existsSync(world.folder)).toBe(false);
  await world.gateway();
  expect(await unrecorded(name, reads.answers)).toEqual([]);
});
