import { expect, it } from 'vitest';
import { untilDueMs } from '../../../../../src/audit/log/domain/checkpoint-pace.js';

it.each([
  ['at once', 5_000, 5_000, 1_000],
  ['a little later', 5_000, 5_300, 700],
  ['when it is due', 5_000, 6_000, 0],
  ['long after', 5_000, 60_000, 0],
  ['by a clock that was put back', 5_000, 4_999, 0],
])('another checkpoint %s has to wait', (_, lastMs, nowMs, expected) => {
  expect(untilDueMs(lastMs, nowMs, 1_000)).toBe(expected);
});
