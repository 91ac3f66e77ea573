import { expect, it } from 'vitest';
import { oldBeforeMs } from '../../../../../src/audit/retention/domain/max-age.js';

it.each([
  ['30d', 1_000_000_000 - 30 * 86_400_000],
  ['90s', 1_000_000_000 - 90_000],
  [undefined, undefined],
])('with %s, what was before %s is too old', (maxAge, expected) => {
  expect(oldBeforeMs(maxAge, 1_000_000_000)).toBe(expected);
});
