import { expect, it } from 'vitest';
import {
  arrayIndex,
  DocumentProblem,
  jsonTextOf,
  spliced,
  unicodeEscape,
} from '../../../../../src/secrets/domain/documents/document.js';
import { json, text } from './document.builder.js';

it.each([
  ['0', 0],
  ['12', 12],
  ['01', undefined],
  ['-', undefined],
  ['-1', undefined],
  ['1.0', undefined],
  ['', undefined],
])('the token %j names the index %s', (token, index) => {
  expect(arrayIndex(token)).toBe(index);
});

it('a problem names the key', () => {
  expect(new DocumentProblem('is not valid JSON').of('a.json')).toMatchObject({
    code: 'Invalid',
    errors: [{ pointer: '/data/a.json', reason: 'is not valid JSON' }],
  });
});

it('a new member is JSON, and a string has no character that ends a line elsewhere', () => {
  expect([jsonTextOf(text('5')), jsonTextOf(json(5))]).toEqual(['"5"', '5']);
  expect(jsonTextOf(text('a\u2028\u0085\ufeff\n'))).toBe('"a\\u2028\\u0085\\ufeff\\n"');
});

it('a part of a text is replaced', () => {
  expect(spliced('abcd', { offset: 1, length: 2 }, 'x')).toBe('axd');
  expect(unicodeEscape('é')).toBe('\\u00e9');
});
