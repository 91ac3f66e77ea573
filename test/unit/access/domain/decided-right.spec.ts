import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decidedRight } from '../../../../src/access/domain/decided-right.js';
import { limits } from '../../../../src/core/limits.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([true, false])('is what the cluster decides: %s', async (allowed) => {
  const { signal } = new AbortController();
  expect(await decidedRight(() => Promise.resolve({ allowed }), signal)).toBe(allowed);
});

it('is asked for again until it can be decided', async () => {
  let asked = 0;
  const decide = async () => {
    asked += 1;
    if (asked === 1) throw new Error('away');
    return Promise.resolve({ allowed: true });
  };
  const decided = decidedRight(decide, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(limits.streamDecisionRetryMs);
  expect([await decided, asked]).toEqual([true, 2]);
});

it('is none after the end of what depends on it', async () => {
  const ended = new AbortController();
  const decided = decidedRight(() => Promise.reject(new Error('away')), ended.signal);
  await vi.advanceTimersByTimeAsync(1);
  ended.abort();
  expect(await decided).toBe(false);
});
