import { expect, it } from 'vitest';
import { boundedExtra, boundedList, boundedText } from '../../../../src/audit/domain/bounded.js';

it('cuts a text without leaving half a character', () => {
  expect(boundedText('ab', 2)).toBe('ab');
  expect(boundedText('a😀', 2)).toBe('a\ufffd');
});

it('keeps the first values that fit as JSON, escapes included', () => {
  expect(boundedList(['a', 'b'], 8)).toEqual(['a', 'b']);
  expect(boundedList(['a', '"'], 8)).toEqual(['a']);
  expect(boundedExtra({ 'e/a': ['x'], 'e/b': ['y'] }, 14)).toEqual({ 'e/a': ['x'] });
});
