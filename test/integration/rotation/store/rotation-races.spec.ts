import { describe, expect, it } from 'vitest';
import type { RotationStore } from '../../../../src/rotation/domain/rotation.store.js';
import { dialects } from '../../../postgres/test-storage.js';
import { scaled } from '../../../support/scale.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { claimed, claimNew, endLease, notes, record, rotationFixture } from './rotation-fixture.js';

const ROUNDS = scaled(1_000);
const CLAIMERS = 50;
const AT_ONCE = 100;
const LATE_MS_MAX = 600_000;
const secret = newRun();

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Asks again where there was no room on a busy machine, as a caller of the API does. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await ask().then(
      (value) => ({ value }),
      (error: unknown) => {
        if ((error as { readonly code?: unknown }).code !== 'Unavailable') throw error;
      },
    );
    if (answer !== undefined) return answer.value;
  }
}

describe.each(dialects)('who is at the same run in %s', (dialect) => {
  const at = rotationFixture(dialect);

  /** In turns the one and the other store. */
  const both = async (): Promise<(index: number) => RotationStore> => {
    const other = await at.another();
    return (index) => (index % 2 === 0 ? at.store : other);
  };

  it(
    `begins it alone: ${AT_ONCE} at once, and two at once ${ROUNDS} times`,
    async () => {
      const store = await both();
      const begin = (id: string, index: number) =>
        patiently(() => store(index).begin(newRun({ id }), record({ note: 'begun' })));
      const answers = await Promise.all(upTo(AT_ONCE).map((index) => begin(`${index}`, index)));
      const { id: first } = (await at.store.active(secret)) ?? {};
      const others = answers.filter(({ runningId }) => runningId === first);
      expect([answers.length, others.length]).toEqual([AT_ONCE, AT_ONCE - 1]);
      expect(await notes(at)).toEqual({ begun: 1 });
      const { run } = await claimed(at.store, first ?? '');
      await at.store.advance(run, { state: 'cancelled' }, undefined);

      for (const round of upTo(ROUNDS)) {
        const ids = [`${round}-a`, `${round}-b`];
        const told = await Promise.all(ids.map((id, index) => begin(id, index)));
        const begun = ids.filter((_, index) => told[index]?.runningId === undefined);
        expect(begun).toHaveLength(1);
        expect(told.map(({ runningId }) => runningId)).toContain(begun[0]);
        const held = await claimed(store(round), begun[0] ?? '');
        await store(round).advance(held.run, { state: 'cancelled' }, undefined);
      }
      expect(await notes(at)).toEqual({ begun: 1 + ROUNDS });
    },
    LATE_MS_MAX,
  );

  it(`has it alone, of ${CLAIMERS} who claim it at once`, async () => {
    const store = await both();
    const run = await claimNew(at.store);
    for (const epoch of [2, 3, 4]) {
      await endLease(at, run.id);
      const claims = await Promise.all(upTo(CLAIMERS).map((index) => store(index).claim(run.id)));
      const had = claims.filter((claim) => claim !== undefined);
      expect(had.map((claim) => claim.run.epoch)).toEqual([epoch]);
    }
  });

  it(
    'changes it in its turn, and those whose turn is over change nothing',
    async () => {
      const store = await both();
      const run = await claimNew(at.store);
      let done = 0;
      let held = run;
      for (const turn of upTo(scaled(200))) {
        const former = held;
        await endLease(at, run.id);
        // One goes on as if it had the lease while the other takes it.
        const late = store(turn).advance(former, { attempts: -1 }, record({ note: 'stale' }));
        held = (await claimed(store(turn + 1), run.id)).run;
        expect(await late).toBe(false);
        const changes = upTo(4).map((index) =>
          store(turn + 1).advance(held, { attempts: index }, record({ note: 'held' })),
        );
        expect(await Promise.all(changes)).toEqual([true, true, true, true]);
        done += changes.length;
      }
      expect(await notes(at)).toEqual({ begun: 1, held: done });
      expect(await at.store.find(secret, run.id)).toMatchObject({ attempts: 3 });
    },
    LATE_MS_MAX,
  );

  it(
    'holds up nobody: changes of many runs from both sides all come through',
    async () => {
      const store = await both();
      const names = upTo(16).map((index) => `secret-${index}`);
      const runs = await Promise.all(names.map((name) => claimNew(at.store, { id: name, name })));
      const rounds = scaled(100);
      for (const round of upTo(rounds)) {
        // Each side in another order, plain events among them.
        const ordered = [runs, runs.toReversed()].flatMap((list, side) =>
          list.map((run, index) => ({ run, side, index })),
        );
        const fates = ordered.map(({ run, side, index }) =>
          index % 4 === 3
            ? store(side).wish(run, 'retire', record({ note: 'wish' }))
            : store(side).advance(run, { attempts: round }, record({ note: 'step' })),
        );
        expect((await Promise.all(fates)).every(Boolean)).toBe(true);
      }
      expect(await notes(at)).toEqual({ begun: 16, step: rounds * 24, wish: rounds * 8 });
    },
    LATE_MS_MAX,
  );
});
