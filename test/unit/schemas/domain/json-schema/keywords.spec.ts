import { expect, it } from 'vitest';
import {
  plainKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
} from '../../../../../src/schemas/domain/json-schema/keywords.js';

it('has each keyword once', () => {
  const all = [
    ...Object.keys(plainKeywords),
    ...schemaKeywords,
    ...schemaListKeywords,
    ...schemaMapKeywords,
  ];
  expect(new Set(all).size).toBe(all.length);
});

it.each([
  ['type', 'string', true],
  ['type', ['string', 'null'], true],
  ['type', 'text', false],
  ['type', [], false],
  ['type', ['string', 'string'], false],
  ['minLength', -1, false],
  ['minLength', 1.5, false],
  ['required', ['a'], true],
  ['required', 'a', false],
  ['dependentRequired', { a: ['b'] }, true],
  ['dependentRequired', { a: 'b' }, false],
  ['uniqueItems', 'yes', false],
  ['enum', [], false],
  ['multipleOf', 0, false],
  ['$schema', 'http://json-schema.org/draft-04/schema#', false],
])('%s takes %j: %s', (keyword, value, isTaken) => {
  expect(plainKeywords[keyword]?.takes(value)).toBe(isTaken);
});
