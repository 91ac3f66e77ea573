import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../support/raw-http.js';
import type { CrashGateway } from '../../support/rotation-crash-gateway.js';
import { CrashStorage } from '../../support/rotation-crash-storage.js';
import { noTarget } from '../../support/rotation-crash-targets.js';
import { RUN_EVENTS, stepsByRun } from '../../support/rotation-crash-trail.js';
import { CrashWorld } from '../../support/rotation-crash-world.js';
import { scaled } from '../../support/scale.js';

const POLICIES = 10;
const triggers = scaled(1_000, 50);
const ROUND_MS_MAX = 30_000;
const dueTimes = scaled(20, 1);
/** By then both replicas run, and have nothing else to do. */
const DUE_IN_MS = 15_000;
const DUE_MS_MAX = 120_000;

let storage: CrashStorage;
let world: CrashWorld;
let replicas: readonly CrashGateway[] = [];

beforeAll(async () => {
  storage = await CrashStorage.start();
  const consumers = { restart: 'none' };
  const spec = { consumers, schedule: { every: '30d' } };
  world = await CrashWorld.start(
    Array.from({ length: POLICIES }, () => noTarget(spec)),
    storage,
  );
  const one = await world.launch('one', { isGated: false });
  await world.rotateAll(one);
  replicas = [one, await world.launch('other', { isGated: false })];
});

afterAll(async () => {
  await world?.stop();
  await storage?.stop();
});

beforeEach(() => {
  for (const { cluster } of replicas) cluster.onRequest = () => undefined;
});

/** What the trail tells of all runs, by run: rows of old ones go. */
const begun = async () => stepsByRun(await storage.query(RUN_EVENTS));

/** How often the rotated Secrets were written by either replica. */
function writes(): number {
  const seen = replicas.flatMap(({ cluster }) => cluster.seen);
  return seen.filter(
    ({ method, path, status }) =>
      method === 'PATCH' && status === 200 && path.includes('/secrets/app'),
  ).length;
}

/** Asks all replicas at once for a run of every Secret; none goes on before all have answered. */
async function triggerAll(): Promise<readonly (readonly Answer[])[]> {
  const answered = Promise.withResolvers<void>();
  for (const { cluster } of replicas) {
    cluster.onRequest = ({ method, path }) =>
      method === 'PATCH' && path.includes('/secrets/app') ? answered.promise : undefined;
  }
  const asked = world.slots.map((slot) =>
    Promise.all(replicas.map((replica) => replica.begin(slot))),
  );
  return Promise.all(asked).finally(() => answered.resolve());
}

describe('two replicas on one PostgreSQL', () => {
  it(
    `begin one run when both are asked at once, ${triggers} times; the other asker is told of it`,
    async () => {
      const [by] = replicas;
      const [runsBefore, writesBefore] = [(await begun()).size, writes()];
      for (let round = 0; round < triggers / POLICIES; round += 1) {
        const ids = (await triggerAll()).map(idOf);
        await vi.waitFor(
          async () => {
            for (const [at, slot] of world.slots.entries()) {
              expect(await by?.run(slot, ids[at] ?? '')).toMatchObject({ state: 'succeeded' });
            }
          },
          { timeout: ROUND_MS_MAX, interval: 100 },
        );
      }
      expect((await begun()).size - runsBefore).toBe(triggers);
      expect(writes() - writesBefore).toBe(triggers);
      expect(await unlikeOneRun()).toEqual([]);
    },
    (triggers / POLICIES) * ROUND_MS_MAX,
  );

  it(
    `begin one run when a schedule is due at both, ${dueTimes * POLICIES} times`,
    async () => {
      const [runsBefore, writesBefore] = [(await begun()).size, writes()];
      for (let time = 1; time <= dueTimes; time += 1) {
        for (const replica of replicas) await replica.stop();
        const dueMs = Date.now() + DUE_IN_MS;
        await storage.query(`UPDATE rotation_policies SET next_run_ms = ${dueMs}`);
        await storage.adoptPolicies();
        await Promise.all(replicas.map((replica) => replica.startAgain()));
        await vi.waitFor(async () => expect(await openSince(dueMs)).toEqual([]), {
          timeout: DUE_MS_MAX,
          interval: 250,
        });
      }
      // Whoever was late has had his turn as well.
      for (const replica of replicas) await replica.stop();
      expect((await begun()).size - runsBefore).toBe(dueTimes * POLICIES);
      expect(writes() - writesBefore).toBe(dueTimes * POLICIES);
      expect(await unlikeOneRun()).toEqual([]);
    },
    dueTimes * DUE_MS_MAX,
  );
});

/** Of the run that one of two replicas was told of, and the other one was refused for. */
function idOf(answers: readonly Answer[]): string {
  const [accepted, refused] = answers.toSorted((a, b) => a.status - b.status);
  expect([accepted?.status, refused?.status], refused?.text).toEqual([202, 409]);
  const { id = '' } = accepted?.json<{ id?: string }>() ?? {};
  expect(refused?.json()).toMatchObject({ code: 'Conflict', runId: id });
  return id;
}

/** Runs of which the trail does not tell each step once. */
async function unlikeOneRun(): Promise<readonly unknown[]> {
  const steps = ['create running', 'finish running', 'retire running', 'retire succeeded'];
  const all = [...(await begun())];
  return all.filter(([, told]) => told.toSorted().join() !== steps.join());
}

/** What is not over yet of a due time. */
function openSince(dueMs: number): Promise<readonly unknown[]> {
  return storage.query(`SELECT p.policy_uid, r.id FROM rotation_policies p
    LEFT JOIN rotation_runs r ON r.policy_uid = p.policy_uid AND r.ended_ms IS NULL
    WHERE p.last_due_ms IS DISTINCT FROM ${dueMs} OR r.id IS NOT NULL`);
}
