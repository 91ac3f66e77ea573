import { expect, test } from 'vitest';
import { ageOf, humanDuration, timeOf } from '../../src/table/human-duration.js';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

test.each([
  [0, '0s'],
  [119 * s, '119s'],
  [2 * m, '2m'],
  [5 * m + 3 * s, '5m3s'],
  [10 * m + 59 * s, '10m'],
  [179 * m, '179m'],
  [3 * h, '3h'],
  [7 * h + 59 * m, '7h59m'],
  [8 * h + 59 * m, '8h'],
  [47 * h, '47h'],
  [2 * d, '2d'],
  [2 * d + 3 * h, '2d3h'],
  [8 * d + 3 * h, '8d'],
  [729 * d, '729d'],
  [2 * 365 * d, '2y'],
  [2 * 365 * d + d, '2y1d'],
  [8 * 365 * d + 9 * d, '8y'],
])('%d ms are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('less than two seconds of the future are now, more is invalid', () => {
  expect([-1, -1999, -2000].map(humanDuration)).toEqual(['0s', '0s', '<invalid>']);
});

test('a time is RFC 3339, with or without fractions and offsets', () => {
  expect(timeOf('1970-01-01T00:00:01Z')).toBe(1000);
  expect(timeOf('1970-01-01T01:00:01.250000+01:00')).toBe(1250);
  expect([timeOf('1970-01-01'), timeOf('soon'), timeOf('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('an age without a time is unknown, one of no time is invalid', () => {
  expect(ageOf('1970-01-01T00:00:01Z', 4000)).toBe('3s');
  expect([undefined, null, ''].map((none) => ageOf(none, 0))).toEqual(Array(3).fill('<unknown>'));
  expect(ageOf('soon', 0)).toBe('<invalid>');
});
