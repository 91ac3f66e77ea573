import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { LogPublisher } from '../../../src/audit/log/log-publisher.js';
import { limits } from '../../../src/core/limits.js';
import { startStorage, type TestDatabase, type TestStorage } from '../../postgres/test-storage.js';
import { type AuditFixture, auditOver } from './audit-fixture.js';
import { append, temporaryKey, type TreeFixture, treeOver } from './log-fixture.js';

/** Processes that share a log in PostgreSQL. */
const PROCESSES = 3;
let storage: TestStorage;
let place: TestDatabase;
let audit: AuditFixture;
let key: ReturnType<typeof temporaryKey>;
let trees: readonly TreeFixture[];

beforeAll(async () => {
  storage = await startStorage('postgres');
});
afterAll(() => storage.stop());
beforeEach(async () => {
  place = await storage.create();
  audit = auditOver(await place.open());
  key = temporaryKey();
  trees = Array.from({ length: PROCESSES }, () => treeOver(audit.database, key.keyFile));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await audit.close();
  await place.remove();
  key.remove();
});

const sizeSigned = async () => (await trees[0]?.store.lastCheckpoint())?.size ?? 0;

/** Starts to sign as a process does; returns the publishers, and how many entries each has read. */
function start() {
  const silent = { onProblem: () => undefined, onPublished: () => undefined };
  return trees.map(({ integrator, store }) => {
    const read = vi.spyOn(store, 'entries');
    const publisher = new LogPublisher({ integrator, ...silent });
    publisher.start();
    const readEntries = () => read.mock.calls.reduce((sum, [from, to]) => sum + to - from, 0);
    return { publisher, readEntries };
  });
}

it('one process integrates and signs the entries of all; another takes over within five seconds', async () => {
  await append(audit, 1);
  const running = start();
  await expect.poll(sizeSigned).toBe(1);
  // All may have raced for the first one.
  await delay(2 * limits.auditPublishEveryMs);
  const before = running.map(({ readEntries }) => readEntries());
  for (let second = 0; second < 3; second += 1) {
    await append(audit, 100);
    for (const { publisher } of running) publisher.nudge();
    await delay(limits.auditPublishEveryMs);
  }
  await expect.poll(sizeSigned).toBe(301);
  const readSince = running.map(({ readEntries }, at) => readEntries() - (before[at] ?? 0));
  expect(readSince.toSorted((one, other) => one - other)).toEqual([0, 0, 300]);

  const leader = running[readSince.indexOf(300)];
  await leader?.publisher.stop();
  const startedMs = performance.now();
  await append(audit, 5);
  for (const { publisher } of running) publisher.nudge();
  await expect.poll(sizeSigned, { timeout: 10_000 }).toBe(306);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  for (const { publisher } of running) if (publisher !== leader?.publisher) await publisher.stop();
});

it('a process that appends is served by the one that signs, which appends nothing itself', async () => {
  await append(audit, 1);
  const running = start();
  const [, appending] = running;
  await expect.poll(sizeSigned).toBe(1);
  await delay(2 * limits.auditPublishEveryMs);
  for (let round = 0; round < 3; round += 1) {
    const size = (await sizeSigned()) + 1;
    await append(audit, 1);
    appending?.publisher.nudge();
    await expect.poll(sizeSigned, { timeout: 2_500 }).toBe(size);
  }
  for (const { publisher } of running) await publisher.stop();
});
