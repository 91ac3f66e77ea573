import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WatchLiveness } from '../../../../src/kubernetes/reflector/watch-liveness.js';

describe('WatchLiveness', () => {
  let lost: number;
  let liveness: WatchLiveness;

  beforeEach(() => {
    vi.useFakeTimers();
    lost = 0;
    liveness = new WatchLiveness(() => (lost += 1));
  });
  afterEach(() => vi.useRealTimers());

  it('is not live before the first watch is open', () => {
    expect(liveness.isLive).toBe(false);
    liveness.ended();
    liveness.failed();
    expect([liveness.isLive, lost]).toEqual([false, 0]);
  });

  it('lasts as long as watches follow each other', () => {
    for (let count = 0; count < 10; count += 1) {
      liveness.opened();
      vi.advanceTimersByTime(15_000);
      liveness.ended();
      vi.advanceTimersByTime(900);
      expect(liveness.isLive).toBe(true);
    }
    expect(lost).toBe(0);
  });

  it('ends 20 s after a watch was opened that did not end', () => {
    liveness.opened();
    vi.advanceTimersByTime(19_999);
    expect(liveness.isLive).toBe(true);
    vi.advanceTimersByTime(1);
    expect([liveness.isLive, lost]).toEqual([false, 1]);
  });

  it('ends a second after a watch that has no successor', () => {
    liveness.opened();
    liveness.ended();
    vi.advanceTimersByTime(1_000);
    expect([liveness.isLive, lost]).toEqual([false, 1]);
    liveness.opened();
    expect(liveness.isLive).toBe(true);
  });

  it('ends with a failure, which is told once', () => {
    liveness.opened();
    liveness.failed();
    liveness.failed();
    vi.advanceTimersByTime(60_000);
    expect([liveness.isLive, lost]).toEqual([false, 1]);
  });
});
