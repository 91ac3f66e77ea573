import { expect, it } from 'vitest';
import { durationSeconds, timerMs } from '../../../src/cli/duration.js';

it.each([
  ['90s', 90],
  ['5m', 300],
  ['12h', 43_200],
  ['30d', 2_592_000],
])('%s are %i seconds', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

it.each(['', '0s', '5', 'd', '1w', '-1s', '1.5h', '5 m'])('%j is no duration', (text) => {
  expect(() => durationSeconds(text)).toThrow('is no duration');
});

it('a timer takes at most 24 days: longer ones would end at once', () => {
  expect(timerMs('24d')).toBe(24 * 86_400_000);
  expect(() => timerMs('25d')).toThrow('25d is too long: at most 24d');
  expect(() => timerMs('0s')).toThrow('is no duration');
});
