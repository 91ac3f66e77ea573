import { describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { DueTimes } from '../../../../src/sync/engine/due-times.js';

const middle = () => 0.5;

describe('a sync is due', () => {
  it('after its time, once', () => {
    const due = new DueTimes(middle);
    due.set('a', 1_000, 10_000);
    expect(due.take(10_999, 10)).toEqual([]);
    expect(due.take(11_000, 10)).toEqual(['a']);
    expect(due.take(99_000, 10)).toEqual([]);
  });

  it('by the time that was set last', () => {
    const due = new DueTimes(middle);
    due.set('a', 0, 10_000);
    due.set('a', 0, 20_000);
    expect(due.take(10_000, 10)).toEqual([]);
    expect(due.take(20_000, 10)).toEqual(['a']);
  });

  it('with others that are due, at most as many as are wanted, and the one set first first', () => {
    const due = new DueTimes(middle);
    for (const uid of ['a', 'b', 'c']) due.set(uid, 0, 10_000);
    due.set('a', 0, 10_000);
    expect(due.take(10_000, 0)).toEqual([]);
    expect(due.take(10_000, 2)).toEqual(['b', 'c']);
    expect(due.take(10_000, 2)).toEqual(['a']);
  });

  it('not after it was forgotten', () => {
    const due = new DueTimes(middle);
    for (const uid of ['a', 'b']) due.set(uid, 0, 10_000);
    due.forget('a');
    expect(due.take(10_000, 10)).toEqual(['b']);
    due.set('c', 0, 10_000);
    due.clear();
    expect(due.take(99_000, 10)).toEqual([]);
  });

  it.each([
    [0, 1 - syncLimits.pollJitterShare],
    [1, 1 + syncLimits.pollJitterShare],
  ])('at a time that is moved at random, within a bound: %d', (random, share) => {
    const due = new DueTimes(() => random);
    due.set('a', 0, 10_000);
    expect(due.take(10_000 * share - 1, 10)).toEqual([]);
    expect(due.take(10_000 * share, 10)).toEqual(['a']);
  });
});
