import { expect, it } from 'vitest';
import {
  arrayIndex,
  DocumentProblem,
  jsonOf,
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

it('a new member is a string or a value', () => {
  expect([jsonOf(text('5')), jsonOf(json(5))]).toEqual(['5', 5]);
});
