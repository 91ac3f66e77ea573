import { expect, it } from 'vitest';
import { positionOf } from '../../../../src/core/cel/cel-position.js';

it.each([
  [0, 'line 1, column 1: '],
  [3, 'line 1, column 4: '],
  [4, 'line 2, column 1: '],
  [6, 'line 2, column 3: '],
])('counts lines and columns from 1: %i', (start, expected) => {
  expect(positionOf({ start }, 'abc\nde')).toBe(expected);
});

it('says nothing about what has no position', () => {
  expect(positionOf(undefined, 'abc')).toBe('');
});
