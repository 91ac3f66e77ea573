import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../../src/core/recent-map.js';

describe('a map of what was set lately', () => {
  it('keeps an entry for its time and forgets it by twice that', () => {
    const map = new RecentMap<string, number>({ entriesMax: 100, keptMs: 10 });
    map.set('a', 1, 0);
    map.set('b', 2, 9);
    map.set('c', 3, 12);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, 2, 3]);
    map.set('d', 4, 22);
    expect([map.get('a'), map.get('b'), map.get('c'), map.get('d')]).toEqual([
      undefined,
      undefined,
      3,
      4,
    ]);
  });

  it('has the value that was set last', () => {
    const map = new RecentMap<string, number>({ entriesMax: 100, keptMs: 10 });
    map.set('a', 1, 0);
    map.set('a', 2, 11);
    expect(map.get('a')).toBe(2);
  });

  it('forgets all after a pause', () => {
    const map = new RecentMap<string, number>({ entriesMax: 100, keptMs: 10 });
    map.set('a', 1, 0);
    map.set('b', 2, 1_000);
    expect(map.get('a')).toBeUndefined();
    expect(map.size).toBe(1);
  });

  it('never holds more than its bound, and keeps what is set again and again', () => {
    const map = new RecentMap<number, number>({ entriesMax: 100, keptMs: 1e9 });
    for (let index = 1; index < 10_000; index += 1) {
      map.set(index, index, 0);
      map.set(0, index, 0);
      expect(map.get(0)).toBe(index);
    }
    expect(map.size).toBeLessThanOrEqual(100);
  });
});
