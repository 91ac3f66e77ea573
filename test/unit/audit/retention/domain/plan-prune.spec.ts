import { describe, expect, it } from 'vitest';
import {
  prunableBelow,
  pruneBelow,
  sampledBundles,
  surplusEntries,
  wholeBundles,
} from '../../../../../src/audit/retention/domain/plan-prune.js';

describe('what may go', () => {
  const all = { published: 1_000, anchored: 1_000, fed: 1_000 };

  it.each([
    [{ size: 1_000, prunedBelow: 0 }, all, 768],
    [{ size: 769, prunedBelow: 0 }, all, 768],
    [{ size: 768, prunedBelow: 0 }, all, 512],
    [{ size: 1_000, prunedBelow: 0 }, { ...all, published: 600 }, 512],
    [{ size: 1_000, prunedBelow: 0 }, { ...all, anchored: 255 }, 0],
    [{ size: 1_000, prunedBelow: 0 }, { ...all, fed: 256 }, 256],
    [{ size: 1_000, prunedBelow: 512 }, { ...all, fed: 256 }, 512],
    [{ size: 0, prunedBelow: 0 }, { published: 0, anchored: 0, fed: 0 }, 0],
  ])('of %j with %j lies below %i', (extent, limits, expected) => {
    expect(prunableBelow(extent, limits)).toBe(expected);
  });
});

describe('what a sink would not take', () => {
  const none = { taken: Number.MAX_SAFE_INTEGER };

  it.each([
    [none, { tooOld: 700, tooMuch: 0 }, 512],
    [{ taken: 300 }, { tooOld: 700, tooMuch: 0 }, 256],
    [{ taken: 0 }, { tooOld: 700, tooMuch: 0 }, 0],
    [{ taken: 300 }, { tooOld: 700, tooMuch: 512 }, 512],
    [{ taken: 900 }, { tooOld: 2_000, tooMuch: 2_048 }, 1_024],
  ])('is kept back, but not for want of room: %j with %j lies below %i', (kept, going, below) => {
    expect(pruneBelow(1_024, kept, going)).toBe(below);
  });
});

describe('what is too much', () => {
  it.each([
    [1_000, 10, 10_000, 0],
    [1_000, 10, 9_999, 256],
    [1_000, 10, 5_000, 512],
    [1_000, 10, 0, 1_000],
    [1_000, 0, 10, 0],
    [1_000, 10, undefined, 0],
  ])(
    'of %i entries with %i bytes each and %s bytes at most: %i',
    (entries, each, max, expected) => {
      expect(surplusEntries(entries, each, max)).toBe(expected);
    },
  );
});

it('begins bundles at multiples of 256', () => {
  expect([0, 255, 256, 700].map(wholeBundles)).toEqual([0, 0, 256, 512]);
});

describe('a sample of bundles', () => {
  it('is all of them where they are few', () => {
    expect(sampledBundles(2, 5, 4)).toEqual([2, 3, 4]);
    expect(sampledBundles(2, 2, 4)).toEqual([]);
  });

  it('is spread over all of them where they are many', () => {
    expect(sampledBundles(100, 200, 4)).toEqual([100, 125, 150, 175]);
  });
});
