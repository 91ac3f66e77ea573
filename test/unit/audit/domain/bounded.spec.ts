import { expect, it } from 'vitest';
import {
  boundedExtra,
  boundedList,
  boundedText,
  cutText,
} from '../../../../src/audit/domain/bounded.js';

it('cuts a text without leaving half a character', () => {
  expect(boundedText('ab', 2)).toBe('ab');
  expect(boundedText('a😀', 2)).toBe('a\ufffd');
});

it('leaves out a token that a client has put there, also where it is cut off', () => {
  const token = `sp_${'A'.repeat(16)}_${'B'.repeat(43)}_CCCCCC`;
  expect(boundedText(`/v1/tokens/${token}/x`, 100)).toBe('/v1/tokens/sp_[secret]/x');
  expect(boundedText(`/v1/tokens/${token}`, 40)).toBe('/v1/tokens/sp_[secret]');
  expect(boundedText(token.slice(0, 40), 100)).toBe('sp_[secret]');
  expect(boundedText('sp_a sp:abc', 100)).toBe('sp_a sp:abc');
});

it('cuts a text to bytes of UTF-8, whole characters and a mark at the end', () => {
  expect(cutText('abcdef', 6)).toEqual({ text: 'abcdef', isCut: false });
  expect(cutText('abcdefg', 6)).toEqual({ text: 'abc…', isCut: true });
  expect(cutText('éé', 4)).toEqual({ text: 'éé', isCut: false });
  expect(cutText('éééé', 7)).toEqual({ text: 'éé…', isCut: true });
  expect(cutText('a😀😀', 8)).toEqual({ text: 'a😀…', isCut: true });
  for (const text of ['\ud800'.repeat(50), '😀'.repeat(50), 'ÿ'.repeat(50)]) {
    const cut = cutText(text, 20).text;
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(20);
    expect(cut.isWellFormed()).toBe(true);
  }
});

it('keeps the first values that fit as JSON, escapes included', () => {
  expect(boundedList(['a', 'b'], 8)).toEqual(['a', 'b']);
  expect(boundedList(['a', '"'], 8)).toEqual(['a']);
  expect(boundedExtra({ 'e/a': ['x'], 'e/b': ['y'] }, 14)).toEqual({ 'e/a': ['x'] });
});
