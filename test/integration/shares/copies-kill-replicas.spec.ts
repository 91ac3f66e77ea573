import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { type Cut, momentCut } from '../../support/copy-crash-cuts.js';
import { CopyNamespace } from '../../support/copy-crash-namespace.js';
import { type Phase, phasesOfRun } from '../../support/copy-crash-phases.js';
import { type Kill, killLeader, summaryOf } from '../../support/copy-crash-round.js';
import {
  foreignDoors,
  openIntents,
  overstated,
  unexplained,
} from '../../support/copy-crash-trail.js';
import { CopyCrashWorld } from '../../support/copy-crash-world.js';
import { CrashStorage } from '../../support/rotation-crash-storage.js';
import { isLong, scaled } from '../../support/scale.js';

const SEED = 20_261_201;
const lives = scaled(2, 1);
const random = new Random(SEED);
const LIFE_MS_MAX = 900_000;
/** Longest write, and the pause between two looks at open intents. */
const INTENTS_MS_MAX = 120_000;
const MOMENT_MS_MAX = 40;
/** Writes that one replica has under way in a namespace. */
const AT_ONCE = 4;
const shortPhases = ['first delivery', 'update', 'revocation'];

let storage: CrashStorage;
let world: CopyCrashWorld;
let namespace: CopyNamespace;
const kills: Kill[] = [];

beforeAll(async () => {
  storage = await CrashStorage.start();
  world = await CopyCrashWorld.start(storage);
  await world.launch('one');
  await world.launch('other');
});
afterEach(() => namespace?.stop());
afterAll(async () => {
  await world?.stop();
  await storage?.stop();
});

const query = (sql: string) => storage.query(sql);

/** Returns a point that requests show, or a random moment. */
function cutOf({ cuts }: Phase): Cut {
  const shown = cuts.filter(({ at }) => at === 'unsent' || at === 'unanswered');
  const moment = momentCut(random.isOne(2), random.below(MOMENT_MS_MAX));
  return random.isOne(3) || shown.length === 0 ? moment : random.pick(shown);
}

async function live(life: number): Promise<void> {
  namespace = await CopyNamespace.make(world, `shop-${life}`);
  for (const phase of phasesOfRun(random, shortPhases)) {
    const options = { phase, cut: cutOf(phase), nth: 1 + random.below(phase.passes) };
    kills.push(await killLeader(world, namespace, options));
  }
}

describe('kill -9 of the replica that copies, of two on one PostgreSQL', () => {
  it.for(Array.from({ length: lives }, (_, life) => life))(
    'leaves copies that the other replica completes, and nothing foreign changed: life %i',
    { timeout: LIFE_MS_MAX },
    async (life) => {
      await live(life);
      expect(kills.filter(({ problems }) => problems.length > 0)).toEqual([]);
      expect(await unexplained(query, namespace)).toEqual([]);
      expect(await overstated(query, namespace)).toEqual([]);
    },
  );

  it('came at the points that were chosen, and copies converged within a minute', () => {
    const { text, longestMs } = summaryOf(kills);
    console.info(`${text}, seed ${SEED}`);
    expect(kills.filter(({ isReached }) => !isReached)).toEqual([]);
    expect(longestMs).toBeLessThan(60_000);
  });

  it(
    'leaves no write without an outcome, and versions that name the share',
    { timeout: 2 * INTENTS_MS_MAX },
    async () => {
      // Another replica knows only by the age of a write that nothing will conclude it.
      const open = async () => (isLong ? await openIntents(query) : 0);
      await expect.poll(open, { timeout: INTENTS_MS_MAX, interval: 1_000 }).toBe(0);
      expect(await openIntents(query)).toBeLessThanOrEqual(isLong ? 0 : kills.length * AT_ONCE);
      expect(await foreignDoors(query, namespace)).toEqual([]);
    },
  );
});
