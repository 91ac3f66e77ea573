import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CrashFleet, startCrashFleet } from '../../support/rotation-crash-fleet.js';
import type { CrashGateway } from '../../support/rotation-crash-gateway.js';
import {
  type BegunRun,
  type EndedRun,
  countRuns,
  follow,
  prepare,
  problemsOf,
  untilReached,
} from '../../support/rotation-crash-round.js';
import { CrashStorage } from '../../support/rotation-crash-storage.js';
import { RUN_EVENTS, stepsByRun, stepsOf, verdictOn } from '../../support/rotation-crash-trail.js';
import { type CrashSlot, CrashWorld } from '../../support/rotation-crash-world.js';
import { scaled } from '../../support/scale.js';

/** A process works on sixteen runs at once, so that thirteen times are more than 200 runs. */
const stops = scaled(13, 1);
const STOP_MS_MAX = 240_000;
const GOLDEN = 0.618_033_988_749_895;
/** By then a run was begun, and its process has the lease of it. */
const BEGUN = 2;
const QUIET_MS = 2_000;

let fleet: CrashFleet;
let storage: CrashStorage;
let world: CrashWorld;
let leader: CrashGateway;
let follower: CrashGateway | undefined;
const ended: EndedRun[] = [];

beforeAll(async () => {
  const starting = startCrashFleet(2).then((started) => (fleet = started));
  storage = await CrashStorage.start();
  world = await CrashWorld.start(
    starting.then(({ targets }) => targets),
    storage,
  );
  leader = await world.launch('leader', { isGated: true });
  await world.rotateAll(leader);
});

afterAll(async () => {
  await world?.stop();
  await fleet?.stop();
  await storage?.stop();
});

/** Each run stands still at another part of its way, and at another one every time. */
function placeOf(slot: CrashSlot, stop: number, count: number): number {
  const at = world.slots.indexOf(slot);
  if (at === 0) return BEGUN;
  const part = (at / world.slots.length + stop * GOLDEN) % 1;
  return BEGUN + Math.floor(part * (count - BEGUN));
}

/** Begins a run of every slot, and stops the leader once each has come to its place. */
async function stopLeader(places: ReadonlyMap<CrashSlot, number>) {
  const begun = await Promise.all(world.slots.map((slot) => prepare(leader, slot)));
  for (const { slot } of begun) slot.gate.arm(places.get(slot));
  const ids = new Map<BegunRun, string>();
  for (const one of begun) {
    const answer = await leader.begin(one.slot);
    expect(answer.status, answer.text).toBe(202);
    ids.set(one, answer.json<{ id: string }>().id);
  }
  await untilReached(world);
  await goHalfway(world.slots[0]);
  await leader.pause();
  // Whatever it has said arrives, and is answered.
  for (const { slot } of begun) slot.gate.release();
  return ids;
}

/** Takes a run at PostgreSQL into the middle of the transaction that changes the password. */
async function goHalfway(slot: CrashSlot | undefined): Promise<void> {
  await vi.waitFor(
    async () => {
      if (await slot?.target.isHalfway()) return;
      if (slot?.gate.isHeld === true) slot.gate.step();
      throw new Error('the transaction has not come to the change yet');
    },
    { timeout: 20_000, interval: 30 },
  );
}

/** All that a process without a lease must not change, one text for each row and object. */
async function state(): Promise<readonly string[]> {
  const rows = await Promise.all(
    [
      'SELECT * FROM rotation_runs ORDER BY id',
      'SELECT run_id, key_id FROM rotation_values ORDER BY run_id',
      'SELECT * FROM rotation_outbox ORDER BY seq',
      `SELECT leaf_index, event FROM audit_entries WHERE action = 'rotations.run'
        ORDER BY leaf_index`,
    ].map((sql) => storage.query(sql)),
  );
  const seen = world.slots.map(async ({ namespace, target }) => [
    await namespace.stored(),
    await namespace.template(),
    await target.touched(),
  ]);
  return [...rows.flat(), ...(await Promise.all(seen))].map((one) => JSON.stringify(one));
}

/** Lets the leader go on, and waits until nothing of what it was doing is left. */
async function resumeLeader(): Promise<void> {
  for (const { gate } of world.slots) gate.arm();
  await leader.resume();
  await vi.waitFor(
    () => {
      for (const { gate, proxy } of world.slots) {
        expect(gate.quietMs).toBeGreaterThan(QUIET_MS);
        expect(proxy?.isUsed ?? false).toBe(false);
      }
    },
    { timeout: 30_000, interval: 100 },
  );
  for (const slot of world.slots) await leader.runs(slot);
}

describe('a replica that was stopped for longer than its lease', () => {
  it(
    `${stops} times: another one ends its runs, and it changes nothing when it goes on`,
    async () => {
      const counts = await countRuns(world, leader);
      for (let stop = 0; stop < stops; stop += 1) {
        const places = new Map([...counts].map(([slot, n]) => [slot, placeOf(slot, stop, n)]));
        const ids = await stopLeader(places);
        const sinceMs = performance.now();
        if (follower === undefined) follower = await world.launch('follower', { isGated: false });
        else await follower.startAgain();
        const by = follower;
        const runs = await Promise.all(
          [...ids].map(([one, id]) => follow(by, one, { id, sinceMs })),
        );
        ended.push(...runs);
        expect(runs.flatMap((run) => problemsOf(run))).toEqual([]);
        // What the leader was about to do is now wrong: a former user is the current one again.
        await countRuns(world, by);
        const before = await state();
        await resumeLeader();
        expect(await state()).toEqual(before);
        await follower.stop();
        // It is none the worse for it.
        await countRuns(world, leader);
      }
      expect(ended).toHaveLength(stops * world.slots.length);
    },
    stops * STOP_MS_MAX,
  );

  it('has its runs taken over soon after the lease', () => {
    const times = ended.map(({ convergedMs }) => convergedMs).toSorted((a, b) => a - b);
    const [median, last] = [times[Math.floor(times.length / 2)], times.at(-1)];
    const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1_000).toFixed(1)} s`;
    console.info(
      `${times.length} runs ended after a stop in: median ${seconds(median)}, longest ${seconds(last)}`,
    );
    expect(last).toBeLessThan(90_000);
  });

  it('leaves a trail that is proven, with each step of each run once', async () => {
    const { code, told } = await verdictOn(leader, world.token);
    expect(code, told).toBe(0);
    const steps = stepsByRun(await storage.query(RUN_EVENTS));
    for (const one of ended) {
      expect(steps.get(one.run.id)?.toSorted(), one.slot.target.name).toEqual(
        stepsOf(one).toSorted(),
      );
    }
  });
});
