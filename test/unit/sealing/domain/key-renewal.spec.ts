import { describe, expect, it } from 'vitest';
import { isRenewalDue } from '../../../../src/sealing/domain/key-renewal.js';

const DAY_MS = 24 * 60 * 60_000;

describe('isRenewalDue', () => {
  it.each([
    [0, false],
    [30 * DAY_MS - 1, false],
    [30 * DAY_MS, true],
    [-DAY_MS, false],
  ])('of a key pair that is %i ms old is %s', (ageMs, isDue) => {
    const nowMs = Date.now();
    expect(isRenewalDue(nowMs - ageMs, nowMs)).toBe(isDue);
  });
});
