import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DueTimes } from '../../../../src/rotation/engine/due-times.js';

const MINUTE_MS = 60_000;
const startMs = Date.UTC(2026, 0, 1);

describe('times by name', () => {
  let told: string[][];
  let times: DueTimes;

  beforeEach(() => {
    vi.useFakeTimers({ now: startMs });
    told = [];
    times = new DueTimes((names) => told.push([...names]));
  });

  afterEach(() => {
    times.stop();
    vi.useRealTimers();
  });

  it('are told once each, when they have come', () => {
    times.set('b', startMs + 2_000);
    times.set('a', startMs + 1_000);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['a']]);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    expect(told).toEqual([['a'], ['b']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that come together are told together, also those long past', () => {
    times.set('c', startMs + 1);
    times.set('a', startMs - MINUTE_MS);
    times.set('b', startMs - 2 * MINUTE_MS);
    vi.advanceTimersByTime(0);
    expect(told).toEqual([['a', 'b']]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['a', 'b'], ['c']]);
  });

  it('are kept by one timer, however many there are', () => {
    for (let index = 0; index < 1_000; index += 1) times.set(`${index}`, startMs + 1_000 + index);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000 + 999);
    expect(told.flat()).toHaveLength(1_000);
  });

  it('may be far off, farther than a timer of Node goes', () => {
    const farMs = startMs + 400 * 24 * 60 * MINUTE_MS;
    times.set('a', farMs);
    vi.advanceTimersByTime(farMs - startMs - 1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['a']]);
  });

  it('follow a clock that is set, within a minute', () => {
    times.set('a', startMs + 60 * MINUTE_MS);
    vi.setSystemTime(startMs + 60 * MINUTE_MS);
    vi.advanceTimersByTime(MINUTE_MS);
    expect(told).toEqual([['a']]);
  });

  it('do not come before their time where the clock is set back', () => {
    times.set('a', startMs + 1_000);
    vi.setSystemTime(startMs - 10_000);
    vi.advanceTimersByTime(10_999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([['a']]);
  });

  it('may be set anew, earlier and later, and taken away', () => {
    times.set('a', startMs + 2_000);
    times.set('a', startMs + 1_000);
    times.set('b', startMs + 1_000);
    times.set('b', startMs + 3_000);
    times.set('c', startMs + 500);
    times.delete('c');
    expect([times.get('a'), times.get('b'), times.get('c')]).toEqual([
      startMs + 1_000,
      startMs + 3_000,
      undefined,
    ]);
    vi.advanceTimersByTime(2_500);
    expect(told).toEqual([['a']]);
    vi.advanceTimersByTime(500);
    expect(told).toEqual([['a'], ['b']]);
  });

  it('may be set anew by whom they are told', () => {
    times.stop();
    times = new DueTimes((names) => {
      told.push([...names]);
      if (told.length < 3) for (const name of names) times.set(name, Date.now() + 1_000);
    });
    times.set('a', startMs);
    times.set('later', startMs + 10_000);
    vi.advanceTimersByTime(9_000);
    expect(told).toEqual([['a'], ['a'], ['a']]);
    vi.advanceTimersByTime(1_000);
    expect(told.at(-1)).toEqual(['later']);
  });

  it('are counted up to a time', () => {
    times.set('a', startMs + 1_000);
    times.set('b', startMs + 2_000);
    const counts = [999, 1_000, 2_000].map((ms) => times.countUntil(startMs + ms));
    expect(counts).toEqual([0, 1, 2]);
  });

  it('are told nobody any more after a stop, and set no more', () => {
    times.set('a', startMs + 1_000);
    times.stop();
    times.set('b', startMs + 1_000);
    vi.advanceTimersByTime(10 * MINUTE_MS);
    expect(told).toEqual([]);
    expect(times.get('b')).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});
