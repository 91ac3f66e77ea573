import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Strategy } from '../../../../src/rotation/domain/rotation-spec.js';
import { TargetFault } from '../../../../src/rotation/domain/target-fault.js';
import type { Mishap } from './memory-target.js';
import { RotatedServer } from './rotated-server.js';

const strategies: readonly Strategy[] = ['alternatingUsers', 'dual', 'singleUser'];
const triesMax = 20;

const mishap = fc.constantFrom<Mishap>('lost', 'unreached');
const history = fc.record({
  mishaps: fc.array(fc.tuple(fc.nat({ max: 30 }), mishap), { maxLength: 8 }),
  /** How each run but the last ends: after which step, and whether it is taken back. */
  runs: fc.array(fc.record({ steps: fc.nat({ max: 4 }), isUndone: fc.boolean() }), {
    maxLength: 3,
  }),
});

/** Tries until the target lets it through, as a worker does that dies in between. */
async function insist(rotated: RotatedServer, step: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof TargetFault)) throw error;
    } finally {
      requireSomeCredential(rotated);
    }
  }
  throw new Error('it does not get through');
}

/** With an overlap it is the Secret's own; else that or one that is sealed. */
function requireSomeCredential(rotated: RotatedServer): void {
  const { target, values, kept, rotation } = rotated;
  const sealed = [values, ...kept].flatMap(({ pending, former }) => [pending, former]);
  const works = sealed.some((one) => target.letsIn('app', one.get('password')?.revealText()));
  expect(rotated.isSecretGood || (!rotation.hasOverlap && works)).toBe(true);
}

/** So many steps of a run: set, test, publish, retire. */
async function walk(rotated: RotatedServer, steps: number): Promise<void> {
  rotated.create();
  const all = [
    () => insist(rotated, () => rotated.set()),
    () => insist(rotated, () => rotated.test()),
    async () => rotated.publish(),
    () => insist(rotated, () => rotated.retire()),
  ];
  for (const step of all.slice(0, steps)) await step();
  if (steps === all.length) rotated.kept = [];
}

it.each(strategies)('whatever is lost, some known credential works: %s', async (strategy) => {
  await fc.assert(
    fc.asyncProperty(history, async ({ mishaps, runs }) => {
      const rotated = new RotatedServer(strategy);
      for (const [at, what] of mishaps) rotated.target.mishaps.set(at, what);
      for (const { steps, isUndone } of runs) {
        await walk(rotated, steps);
        if (steps < 4 && isUndone) await insist(rotated, () => rotated.undo());
        if (steps < 4) rotated.giveUp();
      }
      await walk(rotated, 4);
      expect(rotated.isSecretGood).toBe(true);
      const users = ['app', 'app_a', 'app_b'];
      const left = users.flatMap((user) => rotated.target.passwordsOf(user) ?? []);
      expect(left).toEqual([rotated.pending]);
    }),
    { numRuns: 300 },
  );
});
