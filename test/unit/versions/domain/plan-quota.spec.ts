import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBytes, planQuota, quotaFor } from '../../../../src/versions/domain/plan-quota.js';

const sized = (name: string, ...sizes: readonly number[]) =>
  sizes.map((bytes, at) => ({ bytes, name: `${name}${at + 1}` }));
const names = (taken: readonly { readonly name: string }[]) => taken.map(({ name }) => name);

describe('what a quota takes', () => {
  it.each([
    ['nothing, where nothing is wanted', 0, []],
    ['the oldest of the largest', 10, ['a1']],
    ['of the next, once that is the largest', 11, ['a1', 'b1']],
    ['of the first of two that are as large', 25, ['a1', 'b1', 'a2']],
    ['all that there is, where that is not enough', 999, ['a1', 'b1', 'a2', 'b2', 'c1']],
  ])('is %s', (_, bytes, expected) => {
    const histories = [
      { id: 2, bytes: 25, spare: sized('b', 10, 5) },
      { id: 1, bytes: 30, spare: sized('a', 10, 5) },
      { id: 3, bytes: 2, spare: sized('c', 1) },
    ];
    expect(names(planQuota(histories, { bytes, bytesMin: 0 }))).toEqual(expected);
  });

  it('ends where histories that are not here may be as large', () => {
    const histories = [{ id: 1, bytes: 30, spare: sized('a', 10, 10, 10) }];
    expect(names(planQuota(histories, { bytes: 30, bytesMin: 15 }))).toEqual(['a1', 'a2']);
  });

  it('is always the oldest of a largest one, and no more than it takes', () => {
    const history = fc.record({
      base: fc.nat(1_000),
      sizes: fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(history, { maxLength: 8 }), fc.nat(5_000), (some, bytes) => {
        const histories = some.map(({ base, sizes }, id) => ({
          id,
          bytes: sizes.reduce((sum, size) => sum + size, base),
          spare: sizes.map((size, at) => ({ id, at, bytes: size })),
        }));
        const left = histories.map((one) => ({ ...one, next: 0 }));
        let freed = 0;
        for (const one of planQuota(histories, { bytes, bytesMin: 0 })) {
          expect(freed).toBeLessThan(bytes);
          const of = left[one.id];
          expect(one.at).toBe(of?.next);
          const able = left.filter(({ spare, next }) => next < spare.length);
          const largest = Math.max(...able.map((candidate) => candidate.bytes));
          expect(of?.bytes).toBe(largest);
          expect(one.id).toBe(able.find((candidate) => candidate.bytes === largest)?.id);
          freed += one.bytes;
          if (of !== undefined) [of.bytes, of.next] = [of.bytes - one.bytes, of.next + 1];
        }
        const isAllTaken = left.every(({ spare, next }) => next === spare.length);
        expect(freed >= bytes || isAllTaken).toBe(true);
      }),
    );
  });
});

describe('what histories may take together', () => {
  it.each([
    ['seven eighths, for a new one', 1, false, 560],
    ['all, for a small one that is there for long', 10, true, 640],
    ['seven eighths, for a large one', 11, true, 560],
  ])('is %s', (_, bytes, isEstablished, expected) => {
    expect(quotaFor(640, { bytes, isEstablished })).toBe(expected);
    expect(openBytes(640)).toBe(560);
  });
});
