import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLongDeleted,
  isSpare,
  type JudgedHistory,
  type JudgedVersion,
} from '../../../../src/versions/domain/history-minimums.js';

const nowMs = 1_000_000;
const minimums = { ageMs: 1_000, count: 3, deletedAgeMs: 50_000 };
const old: JudgedVersion = {
  version: 1,
  createdMs: 0,
  untilMs: 10,
  isHeld: false,
  isDestroyed: false,
};
const live: JudgedHistory = { deletedMs: undefined, hasPending: false, newestFrom: 5 };
const gone: JudgedHistory = { ...live, deletedMs: nowMs - 50_000 };

describe('a version that no minimum protects', () => {
  it.each<[string, Partial<JudgedVersion>, JudgedHistory, boolean]>([
    ['is old, and not among the newest', {}, live, true],
    ['is none of the newest', { version: 5 }, live, false],
    [
      'is not there where a Secret has no more than the newest',
      {},
      { ...live, newestFrom: undefined },
      false,
    ],
    ['is none that was made of late', { createdMs: nowMs - 999, untilMs: undefined }, live, false],
    ['is none that was current of late', { untilMs: nowMs - 999 }, live, false],
    ['may just have become old', { createdMs: nowMs - 1_000, untilMs: nowMs - 1_000 }, live, true],
    [
      'is old by when it was made, where it was said to end before',
      { createdMs: nowMs, untilMs: 0 },
      live,
      false,
    ],
    ['is not current, previous or pending', { isHeld: true }, live, false],
    ['has something left to take', { isDestroyed: true }, live, false],
    [
      'is any old one of a Secret that is deleted for long',
      { version: 9, isHeld: true },
      gone,
      true,
    ],
    ['is no young one, also there', { untilMs: nowMs - 1 }, gone, false],
    [
      'is none of the newest of a Secret that is deleted for less',
      { version: 5 },
      { ...gone, deletedMs: nowMs - 49_999 },
      false,
    ],
    [
      'is none of those where a rotation is under way',
      { version: 5 },
      { ...gone, hasPending: true },
      false,
    ],
  ])('%s', (_, wish, history, expected) => {
    expect(isSpare({ ...old, ...wish }, history, minimums, nowMs)).toBe(expected);
  });

  it('is never young, nor, unless its Secret is long deleted, held or among the newest', () => {
    const time = fc.integer({ min: 0, max: nowMs });
    const version = fc.record({
      version: fc.integer({ min: 1, max: 30 }),
      createdMs: time,
      untilMs: fc.option(time, { nil: undefined }),
      isHeld: fc.boolean(),
      isDestroyed: fc.boolean(),
    });
    const history = fc.record({
      deletedMs: fc.option(time, { nil: undefined }),
      hasPending: fc.boolean(),
      newestFrom: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    });
    const some = fc.record({
      ageMs: fc.integer({ min: 0, max: nowMs }),
      count: fc.integer({ min: 1, max: 9 }),
      deletedAgeMs: fc.integer({ min: 0, max: nowMs }),
    });
    fc.assert(
      fc.property(version, history, some, (one, of, least) => {
        if (!isSpare(one, of, least, nowMs)) return;
        expect(nowMs - one.createdMs).toBeGreaterThanOrEqual(least.ageMs);
        expect(nowMs - (one.untilMs ?? 0)).toBeGreaterThanOrEqual(least.ageMs);
        if (isLongDeleted(of, least, nowMs)) return;
        expect(one.isHeld).toBe(false);
        expect(one.version).toBeLessThan(of.newestFrom ?? 0);
      }),
    );
  });
});
