import { expect, it } from 'vitest';
import { countValues } from '../../src/store/value-count.js';

it('counts values outside of strings', () => {
  expect(countValues('[{},{},[1,2]]')).toBe(7);
  expect(countValues(JSON.stringify({ a: '{[,', b: '\\"{,', c: '\\' }))).toBe(3);
  expect(countValues('"')).toBe(0);
  expect(countValues('')).toBe(0);
});
