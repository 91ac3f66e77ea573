import { expect, it } from 'vitest';
import { storable, wholeNumber } from '../../../../src/platform/storage/storable.js';

it('leaves a text no character that a database refuses', () => {
  expect(storable('née\n"')).toBe('née\n"');
  expect(storable('a\0b')).toBe('a\u{fffd}b');
  expect(storable('a\ud800')).toBe('a\u{fffd}');
});

it('makes numbers whole, and refuses those that are none', () => {
  expect(wholeNumber(1.5)).toBe(2);
  expect(wholeNumber(-3)).toBe(-3);
  for (const none of [NaN, Infinity, 2 ** 60]) expect(() => wholeNumber(none)).toThrow(RangeError);
});
