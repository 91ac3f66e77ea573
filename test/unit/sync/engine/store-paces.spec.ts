import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { StorePaces } from '../../../../src/sync/engine/store-paces.js';
import { ManualClock } from '../../auth/manual-clock.js';

const { storeFailuresMax, storePauseMsMin, storeCallsAtOnceMax, storeCallsPerSecond } = syncLimits;
const { namespaceCallsShare } = syncLimits;

let clock: ManualClock;
let paces: StorePaces;

beforeEach(() => {
  clock = new ManualClock();
  paces = new StorePaces(clock);
});

const take = (uid: string, namespace = 'pay') => paces.take(uid, { isPoll: false, namespace });

function fail(uid: string, times: number): void {
  for (let count = 0; count < times; count += 1) paces.failed(uid, undefined);
}

describe('the pace of a store', () => {
  it('pauses it after failures in a row, and no other store', () => {
    fail('a', storeFailuresMax - 1);
    expect(take('a')).toBeUndefined();
    fail('a', 1);
    expect(take('a')).toBe(storePauseMsMin);
    expect(take('b')).toBeUndefined();
    clock.advance(storePauseMsMin);
    expect(take('a')).toBeUndefined();
  });

  it('counts failures in a row: an answer ends the row', () => {
    fail('a', storeFailuresMax - 1);
    paces.answered('a');
    fail('a', storeFailuresMax - 1);
    expect(take('a')).toBeUndefined();
  });

  it('obeys the longest pause that a store may demand', () => {
    paces.failed('a', syncLimits.retryAfterMsMax);
    clock.advance(syncLimits.retryAfterMsMax - 1);
    // Others are used meanwhile, so that old paces are forgotten.
    for (let count = 0; count < 100; count += 1) take(`other-${count}`);
    expect(take('a')).toBe(1);
    clock.advance(1);
    expect(take('a')).toBeUndefined();
  });

  it('bounds the calls of each store', () => {
    for (let count = 0; count < storeCallsAtOnceMax; count += 1) {
      expect(take('a', count % 2 === 0 ? 'pay' : 'shop')).toBeUndefined();
    }
    expect(take('a', 'other')).toBeGreaterThan(0);
    expect(take('b')).toBeUndefined();
  });

  it('leaves calls to other namespaces, whatever one of them takes', () => {
    const most = storeCallsAtOnceMax * namespaceCallsShare;
    for (let count = 0; count < most; count += 1) expect(take('a')).toBeUndefined();
    expect(take('a')).toBeGreaterThan(0);
    expect(take('a', 'shop')).toBeUndefined();
    for (let seconds = 0; seconds < 60; seconds += 1) {
      clock.advance(1_000);
      for (let count = 0; count < storeCallsPerSecond; count += 1) take('a');
      expect(take('a', 'shop')).toBeUndefined();
    }
  });

  it('counts nothing for a namespace whose round the store does not get', () => {
    fail('a', storeFailuresMax);
    for (let count = 0; count < storeCallsAtOnceMax; count += 1) take('a');
    clock.advance(storePauseMsMin);
    expect(take('a')).toBeUndefined();
  });
});

it('gives a namespace calls for polls, however many changes it has', () => {
  let polls = 0;
  for (let ms = 0; ms < 60_000; ms += 1) {
    clock.advance(1);
    // More changes than the namespace gets calls.
    if (ms % 5 === 0) take('a');
    const isPoll = ms % 1_000 === 7;
    if (isPoll && paces.take('a', { isPoll, namespace: 'pay' }) === undefined) polls += 1;
  }
  expect(polls).toBe(60);
});
