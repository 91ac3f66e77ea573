import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type KilledRun,
  countRuns,
  killRuns,
  problemsOf,
} from '../../support/rotation-crash-round.js';
import { type CrashFleet, startCrashFleet } from '../../support/rotation-crash-fleet.js';
import type { CrashGateway } from '../../support/rotation-crash-gateway.js';
import { RUN_EVENTS, stepsByRun, stepsOf, verdictOn } from '../../support/rotation-crash-trail.js';
import { type CrashSlot, CrashWorld, queryFile } from '../../support/rotation-crash-world.js';
import { isLong, scaled } from '../../support/scale.js';

/** Of each target: as many kills as one process may work on its runs at once. */
const SLOTS = 2;
/** Places of a run at which it is killed in one pass over all it says and hears. */
const PLACES = scaled(24, 4);
const passes = scaled(20, 1);
const rounds = (passes * PLACES) / SLOTS;
const ROUND_MS_MAX = 120_000;
/** Which part of the distance between two places each further pass begins at: never the same. */
const GOLDEN = 0.618_033_988_749_895;

let world: CrashWorld;
let gateway: CrashGateway;
let fleet: CrashFleet;
const killed: KilledRun[] = [];

beforeAll(async () => {
  const starting = startCrashFleet(SLOTS).then((started) => (fleet = started));
  world = await CrashWorld.start(starting.then(({ targets }) => targets));
  gateway = await world.launch('gateway', { isGated: true });
  await world.rotateAll(gateway);
});

afterAll(async () => {
  await world?.stop();
  await fleet?.stop();
});

/**
 * Places are spread evenly over a run, and begin elsewhere for every target and in every pass, so
 * that all of them are come to.
 */
function placeOf(slot: CrashSlot, round: number, count: number): number {
  const at = world.slots.indexOf(slot);
  const { kinds } = fleet;
  const index = round * SLOTS + Math.floor(at / kinds);
  const pass = Math.floor(index / PLACES);
  const offset = ((at % kinds) / kinds + pass * GOLDEN) % 1;
  return Math.floor((((index % PLACES) + offset) / PLACES) * count);
}

const byTarget = (runs: readonly KilledRun[]) => Map.groupBy(runs, ({ slot }) => slot.target.name);

describe('kill -9 of the gateway while it rotates', () => {
  it(
    `${passes * PLACES} times at each target: the run ends well, with the one new value`,
    async () => {
      const counts = [await countRuns(world, gateway), await countRuns(world, gateway)];
      for (let round = 0; round < rounds; round += 1) {
        const count = counts[round % counts.length];
        const runs = await killRuns(world, gateway, (slot) =>
          placeOf(slot, round, count?.get(slot) ?? 0),
        );
        killed.push(...runs);
        const problems = runs.flatMap((run) => {
          const step = run.dead?.step ?? 'not begun';
          return problemsOf(run, [run.atDeath]).map((problem) => `${step}: ${problem}`);
        });
        expect(problems, `round ${round}`).toEqual([]);
      }
      expect(killed).toHaveLength(rounds * world.slots.length);
    },
    rounds * ROUND_MS_MAX,
  );

  it('came at every step of every target', () => {
    // In a short run, all targets together.
    const groups = isLong ? byTarget(killed) : new Map([['all', killed]]);
    for (const [name, runs] of groups) {
      const steps = new Set(runs.map(({ dead }) => dead?.step));
      const all = name === 'none' ? ['create', 'finish'] : ['set', 'test', 'finish', 'retire'];
      expect([...steps], name).toEqual(expect.arrayContaining(all));
    }
    // No target hears of these two, and they are short.
    const all = new Set(killed.map(({ dead }) => dead?.step));
    expect([...all]).toEqual(expect.arrayContaining([undefined, 'create']));
    const held = killed.filter(({ wasHeld }) => wasHeld);
    expect(held.length).toBeGreaterThan(killed.length * 0.9);
  });

  it('is followed within a minute by the end of the run', () => {
    const lines = [...byTarget(killed)].map(([name, runs]) => {
      const times = runs.map(({ convergedMs }) => convergedMs).toSorted((a, b) => a - b);
      const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1_000).toFixed(1)} s`;
      const median = seconds(times[Math.floor(times.length / 2)]);
      return `${name}: ${runs.length} kills, median ${median}, longest ${seconds(times.at(-1))}`;
    });
    console.info(`from the start of the next process to the end:\n${lines.join('\n')}`);
    expect(Math.max(...killed.map(({ convergedMs }) => convergedMs))).toBeLessThan(60_000);
  });

  it('leaves a trail that is proven, with each step of each run once', async () => {
    const { code, told } = await verdictOn(gateway, world.token);
    expect(code, told).toBe(0);
    await gateway.stop();
    const steps = stepsByRun(queryFile(gateway.dataDir, RUN_EVENTS));
    for (const one of killed) {
      expect(steps.get(one.run.id)?.toSorted(), one.slot.target.name).toEqual(
        stepsOf(one).toSorted(),
      );
    }
  });
});
