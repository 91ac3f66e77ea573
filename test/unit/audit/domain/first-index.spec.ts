import { expect, it } from 'vitest';
import { firstIndex } from '../../../../src/audit/domain/first-index.js';

/** Where a time begins in a log of times, in which undefined tells nothing. */
async function firstFrom(times: readonly (number | undefined)[], wanted: number) {
  let looks = 0;
  const index = await firstIndex(times.length, (places) => {
    looks += 1;
    return Promise.resolve(places.map((from) => entryFrom(times, from, wanted)));
  });
  return { index, looks };
}

function entryFrom(times: readonly (number | undefined)[], from: number, wanted: number) {
  for (let index = from; index < times.length; index += 1) {
    const time = times[index];
    if (time !== undefined) return { index, isReached: time >= wanted };
  }
  return undefined;
}

it.each([
  [[1, 2, 3, 4], 3, 2],
  [[1, 2, 3, 4], 0, 0],
  [[1, 2, 3, 4], 5, 4],
  [[], 5, 0],
  [[1, 1, 1, 5, 5], 5, 3],
])('in %j what is at least %d begins at %d', async (times, wanted, index) => {
  expect((await firstFrom(times, wanted)).index).toBe(index);
});

it('never begins behind an entry that is reached, wherever some tell nothing', async () => {
  for (let gaps = 0; gaps < 2 ** 7; gaps += 1) {
    const times = [1, 2, 3, 4, 5, 6, 7].map((time, at) => (gaps & (1 << at) ? undefined : time));
    for (let wanted = 0; wanted < 9; wanted += 1) {
      const { index } = await firstFrom(times, wanted);
      const told = times.map((time) => time !== undefined && time >= wanted);
      const below = times.slice(0, index);
      expect(told.slice(0, index)).not.toContain(true);
      // Nor before one that is not.
      expect(times.slice(index).every((time) => time === undefined || time >= wanted)).toBe(true);
      expect(below.every((time) => time === undefined || time < wanted)).toBe(true);
    }
  }
});

it('looks a few times only', async () => {
  const times = Array.from({ length: 1_000_000 }, (_, at) => at);
  const { index, looks } = await firstFrom(times, 765_432);
  expect(index).toBe(765_432);
  expect(looks).toBeLessThanOrEqual(6);
});
