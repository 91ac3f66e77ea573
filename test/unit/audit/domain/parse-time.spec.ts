import { describe, expect, it } from 'vitest';
import { parseTime } from '../../../../src/audit/domain/parse-time.js';

const now = Date.parse('2026-11-25T12:00:00Z');

describe('a time of a filter', () => {
  it.each([
    ['30d', '2026-10-26T12:00:00Z'],
    ['90m', '2026-11-25T10:30:00Z'],
    ['10s', '2026-11-25T11:59:50Z'],
    ['2026-11-25T13:00:00+02:00', '2026-11-25T11:00:00Z'],
  ])('%s counted from now is %s', (text, expected) => {
    expect(parseTime(text, now)).toBe(Date.parse(expected));
  });

  it.each(['', 'yesterday', '30', 'd30', '2026-11-25', '1y'])('is not %j', (text) => {
    expect(parseTime(text, now)).toBeUndefined();
  });
});
