import { describe, expect, it } from 'vitest';
import {
  type ReliedOn,
  redundantSizes,
  thinnedBeforeMs,
} from '../../../../../src/audit/log/domain/thin-checkpoints.js';

const HOUR_MS = 3_600_000;
const nothing: ReliedOn = { anchored: new Set(), events: [] };

/** One of each size, ten entries apart, a quarter of an hour apart. */
const some = Array.from({ length: 9 }, (_, at) => ({
  size: at * 10,
  signedMs: at * (HOUR_MS / 4),
  signer: 'a',
}));

describe('of old checkpoints there stays', () => {
  it('the newest of each hour', () => {
    expect(redundantSizes(some, nothing)).toEqual([10, 20, 40, 50, 60]);
  });

  it('each that was anchored', () => {
    const anchored = new Set([20, 50, 70]);
    expect(redundantSizes(some, { ...nothing, anchored })).toEqual([10, 40, 60]);
  });

  it.each([
    [[45], [10, 20, 60]],
    [[40], [10, 20, 60]],
    [[39], [10, 20, 50, 60]],
    [
      [5, 41, 42],
      [20, 60],
    ],
  ])('those on both sides of the events %j', (events, expected) => {
    expect(redundantSizes(some, { ...nothing, events })).toEqual(expected);
  });

  it('the last of a key, and the first of the next one', () => {
    const rotated = some.map((one) => ({ ...one, signer: one.size < 50 ? 'a' : 'b' }));
    expect(redundantSizes(rotated, nothing)).toEqual([10, 20, 60]);
  });

  it('the first and the last of those that are compared', () => {
    expect(redundantSizes(some.slice(0, 2), nothing)).toEqual([]);
    expect(redundantSizes([], nothing)).toEqual([]);
    expect(redundantSizes(some.slice(4, 7), nothing)).toEqual([50]);
  });

  it('every one of the last hour', () => {
    expect(thinnedBeforeMs(5 * HOUR_MS)).toBe(4 * HOUR_MS);
  });
});
