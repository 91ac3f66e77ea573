import { expect, it } from 'vitest';
import { isRotationDue, isSpent } from '../../../../src/encryption/domain/key-age.js';

const DAY_MS = 24 * 60 * 60 * 1000;

it.each([
  [0, 0, false],
  [2 ** 30 - 1, 90 * DAY_MS - 1, false],
  [2 ** 30, 0, true],
  [0, 90 * DAY_MS, true],
])('after %i wraps and %i ms another key is due: %s', (wraps, ageMs, isDue) => {
  expect(isRotationDue({ wraps, createdMs: 5 }, 5 + ageMs)).toBe(isDue);
});

it('a key is refused well before nonces drawn at random could meet', () => {
  expect(isSpent({ wraps: 2 ** 30 })).toBe(false);
  expect(isSpent({ wraps: 2 ** 32 - 2 ** 19 })).toBe(true);
});
