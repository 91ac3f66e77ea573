import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../../../../src/audit/sinks/domain/delivery-backoff.js';

const bounds = { minMs: 100, maxMs: 1_000 };

describe('the wait after a failure', () => {
  it('doubles up to a bound', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((failures) => backoffMs(failures, bounds, 1));
    expect(waits).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('is at least half of that, and not the same for all', () => {
    expect(backoffMs(3, bounds, 0)).toBe(200);
    expect(backoffMs(3, bounds, 0.5)).toBe(300);
  });

  it('stays within its bound after any number of failures', () => {
    expect(backoffMs(100_000, bounds, 1)).toBe(1_000);
  });
});
