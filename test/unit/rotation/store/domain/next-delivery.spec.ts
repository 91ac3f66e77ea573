import { describe, expect, it } from 'vitest';
import { rotationLimits } from '../../../../../src/core/rotation-limits.js';
import { nextDeliveryMs } from '../../../../../src/rotation/store/domain/next-delivery.js';

const HOUR_MS = 60 * 60_000;

describe('after a delivery that failed', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [5, 8_000, 16_000],
    [13, HOUR_MS / 2, HOUR_MS],
    [39, HOUR_MS / 2, HOUR_MS],
  ])('the next comes later each time, at random: after %d', (attempts, least, most) => {
    expect(nextDeliveryMs({ attempts, ageMs: 0 }, 0)).toBe(least);
    expect(nextDeliveryMs({ attempts, ageMs: 0 }, 0.999_999_9)).toBe(most);
  });

  it('there is no next one after a day, or after too many', () => {
    const { outboxAttemptsMax, outboxAgeMsMax } = rotationLimits;
    expect(nextDeliveryMs({ attempts: outboxAttemptsMax, ageMs: 0 }, 0)).toBeUndefined();
    expect(nextDeliveryMs({ attempts: 1, ageMs: outboxAgeMsMax }, 0)).toBeUndefined();
    expect(nextDeliveryMs({ attempts: 1, ageMs: outboxAgeMsMax - 1 }, 0)).toBeDefined();
  });

  it('a day is not over before the tries are', () => {
    const all = Array.from({ length: rotationLimits.outboxAttemptsMax - 1 }, (_, index) =>
      nextDeliveryMs({ attempts: index + 1, ageMs: 0 }, 0.999),
    );
    const sumMs = all.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
    expect(sumMs).toBeGreaterThan(rotationLimits.outboxAgeMsMax);
  });
});
