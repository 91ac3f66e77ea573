import { describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import {
  admitted,
  afterAnswer,
  afterFailure,
  freshPace,
  type StorePace,
} from '../../../../src/sync/domain/store-pace.js';

const { storeCallsAtOnceMax, storeCallsPerSecond, storeFailuresMax } = syncLimits;
const { pollCallsPerSecond, pollCallsAtOnceMax } = syncLimits;
const { storePauseMsMin, storePauseMsMax } = syncLimits;

/** Takes as many calls as are admitted at one time. */
function taken(
  given: StorePace,
  nowMs: number,
): { readonly count: number; readonly pace: StorePace } {
  let [count, pace] = [0, given];
  for (;;) {
    const result = admitted(pace, nowMs, false);
    if ('waitMs' in result) return { count, pace };
    ({ pace } = result);
    count += 1;
    if (count > 10 * storeCallsAtOnceMax) throw new Error('there is no bound');
  }
}

function failing(times: number, given = freshPace(0), stepMs = 0): StorePace {
  let pace = given;
  for (let count = 0; count < times; count += 1) {
    pace = afterFailure(pace, Math.max(pace.pausedUntilMs, count * stepMs), undefined);
  }
  return pace;
}

const pauseMs = (pace: StorePace, nowMs: number) => Math.max(0, pace.pausedUntilMs - nowMs);

describe('the calls of a store', () => {
  it('are bounded at once and on average', () => {
    const { count, pace } = taken(freshPace(0), 0);
    expect(count).toBe(storeCallsAtOnceMax);
    const next = taken(pace, 1_000);
    expect(next.count).toBe(storeCallsPerSecond);
    expect(taken(next.pace, 3_600_000).count).toBe(storeCallsAtOnceMax);
  });

  it('are those of each secret that a round reads, also if it reads more than there are', () => {
    const many = admitted(freshPace(0), 0, false, storeCallsAtOnceMax + storeCallsPerSecond);
    if (!('pace' in many)) throw new Error('the budget is whole');
    const refused = admitted(many.pace, 0, false);
    const waitMs = 1_000 + 1_000 / storeCallsPerSecond;
    expect(refused).toEqual({ waitMs });
    expect('pace' in admitted(many.pace, waitMs, false)).toBe(true);
    const some = admitted(freshPace(0), 0, false, 10);
    if (!('pace' in some)) throw new Error('the budget is whole');
    expect(taken(some.pace, 0).count).toBe(storeCallsAtOnceMax - 10);
  });

  it('are admitted again after exactly the time that is told', () => {
    const { pace } = taken(freshPace(0), 0);
    const refused = admitted(pace, 0, false);
    if (!('waitMs' in refused)) throw new Error('the budget is used');
    expect(refused.waitMs).toBeGreaterThan(0);
    expect('pace' in admitted(pace, refused.waitMs, false)).toBe(true);
  });

  it('are not more because somebody asks often', () => {
    let { pace } = taken(freshPace(0), 0);
    let count = 0;
    for (let ms = 1; ms <= 1_000; ms += 1) {
      const result = admitted(pace, ms, false);
      if ('waitMs' in result) continue;
      ({ pace } = result);
      count += 1;
    }
    expect(count).toBeLessThanOrEqual(storeCallsPerSecond + 1);
  });
});

describe('a store that fails', () => {
  it('is left alone after some failures in a row, for a time that doubles up to a bound', () => {
    expect(failing(storeFailuresMax - 1).pausedUntilMs).toBe(0);
    const pauses: number[] = [];
    let pace = failing(storeFailuresMax - 1);
    for (let count = 0; count < 12; count += 1) {
      const nowMs = pace.pausedUntilMs;
      pace = afterFailure(pace, nowMs, undefined);
      pauses.push(pauseMs(pace, nowMs));
    }
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * storePauseMsMin));
    expect(pauses.at(-1)).toBe(storePauseMsMax);
    expect(admitted(pace, pace.pausedUntilMs - 1, false)).toEqual({ waitMs: 1 });
    expect('pace' in admitted(pace, pace.pausedUntilMs, false)).toBe(true);
  });

  it('gets the pause that it demands, even after one failure', () => {
    expect(afterFailure(freshPace(0), 1_000, 60_000).pausedUntilMs).toBe(61_000);
    const longer = afterFailure(failing(storeFailuresMax), 100, storePauseMsMin / 2);
    expect(pauseMs(longer, 100)).toBeGreaterThanOrEqual(storePauseMsMin - 100);
  });

  it('gets calls again after an answer, and all of its failures', () => {
    const pace = failing(storeFailuresMax);
    const answered = afterAnswer(pace);
    expect(failing(storeFailuresMax - 1, answered).pausedUntilMs).toBe(pace.pausedUntilMs);
  });

  it('loses no demanded pause by the answer of a call that began before', () => {
    const paused = afterFailure(freshPace(0), 1_000, 60_000);
    expect(admitted(afterAnswer(paused), 1_010, false)).toEqual({ waitMs: 59_990 });
  });

  it('is not left alone for long because many calls fail at one time', () => {
    let pace = freshPace(0);
    for (let count = 0; count < 16; count += 1) pace = afterFailure(pace, 10, undefined);
    expect(pauseMs(pace, 10)).toBe(storePauseMsMin);
    const demanded = afterFailure(pace, 20, 60_000);
    expect(pauseMs(demanded, 20)).toBe(60_000);
    expect(pauseMs(afterFailure(demanded, 30, 1_000), 30)).toBe(59_990);
  });
});

describe('polls', () => {
  it('leave half of the calls to rounds that a change has caused', () => {
    let pace = freshPace(0);
    let count = 0;
    for (;;) {
      const result = admitted(pace, 0, true);
      if ('waitMs' in result) break;
      ({ pace } = result);
      count += 1;
    }
    expect(count).toBe(storeCallsAtOnceMax / 2 + 1 + pollCallsAtOnceMax);
    expect(taken(pace, 0).count).toBe(storeCallsAtOnceMax / 2 - 1);
  });

  it('are made however many changes there are', () => {
    let { pace } = taken(freshPace(0), 0);
    let polls = 0;
    for (let ms = 0; ms < 60_000; ms += 10) {
      ({ pace } = taken(pace, ms));
      const result = admitted(pace, ms, true);
      if ('waitMs' in result) continue;
      ({ pace } = result);
      polls += 1;
    }
    expect(polls).toBeGreaterThanOrEqual(60 * pollCallsPerSecond);
  });

  it('are admitted again after exactly the time that is told', () => {
    let { pace } = taken(freshPace(0), 0);
    for (;;) {
      const result = admitted(pace, 0, true);
      if ('pace' in result) ({ pace } = result);
      else {
        expect(result.waitMs).toBe(1_000 / pollCallsPerSecond);
        expect('pace' in admitted(pace, result.waitMs, true)).toBe(true);
        return;
      }
    }
  });
});
