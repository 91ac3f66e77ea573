import { expect, it } from 'vitest';
import { isImplausibleTime } from '../../../../src/audit/domain/implausible-time.js';

const nowMs = Date.parse('2026-11-25T12:00:00Z');

it.each([
  [nowMs, false],
  [0, false],
  [nowMs + 300_000, false],
  [nowMs + 300_001, true],
  [-1, true],
  [Number.NaN, true],
])('%d cannot be at noon: %s', (timeMs, expected) => {
  expect(isImplausibleTime(timeMs, nowMs)).toBe(expected);
});
