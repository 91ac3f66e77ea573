import { beforeEach, describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { StorePaces } from '../../../../src/sync/engine/store-paces.js';
import { ManualClock } from '../../auth/manual-clock.js';

const { storeFailuresMax, storePauseMsMin, storeCallsAtOnceMax } = syncLimits;

let clock: ManualClock;
let paces: StorePaces;

beforeEach(() => {
  clock = new ManualClock();
  paces = new StorePaces(clock);
});

const take = (uid: string) => paces.take(uid, { isPoll: false });

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
      expect(take('a')).toBeUndefined();
    }
    expect(take('a')).toBeGreaterThan(0);
    expect(take('b')).toBeUndefined();
  });
});
