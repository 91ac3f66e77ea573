import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../../src/rotation/domain/duration.js';

const MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
const unit = fc.constantFrom('d', 'h', 'm', 's');
const anyMs = fc.nat({ max: Number.MAX_SAFE_INTEGER });

describe('a duration', () => {
  it.each([
    ['30d', 30 * MS.d],
    ['1h30m', 5_400_000],
    ['0s', 0],
    ['007m', 7 * MS.m],
    ['90s', 90_000],
    ['1s1d', MS.d + MS.s],
    ['1h1h', 2 * MS.h],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '1',
    'd',
    '1w',
    '1ms',
    '1.5h',
    '-1h',
    '+1h',
    ' 1h',
    '1h ',
    '1 h',
    '1h\n',
    '1H',
    '1_000s',
    '1e3s',
    '١h',
    '1h30',
    'PT1H',
    '1234567890s',
  ])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('is no number that a computer counts wrongly', () => {
    expect(parseDuration('104249991d')).toBe(104_249_991 * MS.d);
    expect(parseDuration('104249992d')).toBeUndefined();
    expect(parseDuration('999999999d'.repeat(1_000))).toBeUndefined();
  });

  it('is the sum of its parts, in whatever order', () => {
    const part = fc.tuple(fc.nat({ max: 999_999 }), unit);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const text = parts.map(([count, name]) => `${count}${name}`).join('');
        const sum = parts.reduce((before, [count, name]) => before + count * MS[name], 0);
        expect(parseDuration(text)).toBe(sum);
      }),
    );
  });
});

describe('the text of a duration', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [90_000, '1m30s'],
    [30 * MS.d, '30d'],
    [MS.d + MS.s, '1d1s'],
    [86_399_999, '23h59m59s'],
  ])('of %i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is taken back, whole seconds of it', () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(Math.floor(ms / MS.s) * MS.s);
      }),
    );
  });
});
