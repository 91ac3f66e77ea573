import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../conformance/scenarios/random.js';
import { CopyNamespace } from '../../support/copy-crash-namespace.js';
import { phasesOfRun } from '../../support/copy-crash-phases.js';
import { type Kill, killOnly, summaryOf } from '../../support/copy-crash-round.js';
import {
  foreignDoors,
  openIntents,
  overstated,
  unexplained,
} from '../../support/copy-crash-trail.js';
import { CopyCrashWorld } from '../../support/copy-crash-world.js';
import { queryFile } from '../../support/rotation-crash-world.js';
import { scaled } from '../../support/scale.js';
import { patiently } from '../../support/tokens-world.js';

const SEED = 20_261_130;
const rounds = scaled(5, 1);
const random = new Random(SEED);
/** Those whose points requests show: random moments need many rounds. */
const shortPhases = ['first delivery', 'update', 'revocation', 'deletion of an import while down'];
const ROUND_MS_MAX = 600_000;

let world: CopyCrashWorld;
let namespace: CopyNamespace;
const kills: Kill[] = [];

beforeAll(async () => {
  world = await CopyCrashWorld.start();
  await world.launch('gateway');
});
afterEach(() => namespace?.stop());
afterAll(() => world?.stop());

const query = (sql: string) => Promise.resolve(queryFile(world.gateways[0]?.dataDir ?? '', sql));

/** Kills the process once in each phase, in each round at other points. */
async function live(round: number): Promise<void> {
  namespace = await CopyNamespace.make(world, `shop-${round}`);
  for (const [at, phase] of phasesOfRun(random, shortPhases).entries()) {
    const cut = phase.cuts[(2 * round + at) % phase.cuts.length];
    if (cut === undefined) throw new Error(`no point in ${phase.name}`);
    const kill = await killOnly(world, namespace, {
      phase,
      cut,
      nth: 1 + random.below(phase.passes),
    });
    kills.push(kill);
  }
}

describe('kill -9 of the gateway while it copies', () => {
  it.for(Array.from({ length: rounds }, (_, round) => round))(
    'leaves copies that the next process completes, and nothing foreign changed: life %i',
    { timeout: ROUND_MS_MAX },
    async (round) => {
      await live(round);
      expect(kills.filter(({ problems }) => problems.length > 0)).toEqual([]);
      await patiently(async () => expect(await openIntents(query)).toBe(0));
      expect(await unexplained(query, namespace)).toEqual([]);
      // The watch of the test may lag behind.
      await patiently(async () => expect(await overstated(query, namespace)).toEqual([]));
      expect(await foreignDoors(query, namespace)).toEqual([]);
    },
  );

  it('came at the points that were chosen, and copies converged within a minute', () => {
    expect(kills.filter(({ isReached }) => !isReached)).toEqual([]);
    const { text, longestMs } = summaryOf(kills);
    console.info(`${text}, seed ${SEED}`);
    expect(longestMs).toBeLessThan(60_000);
  });
});
