import { expect, it } from 'vitest';
import { reasonsOf } from '../../../../../src/schemas/domain/json-schema/schema-reasons.js';

const error = (keyword: string, keywordLocation: string, text = '') => ({
  keyword,
  keywordLocation,
  instanceLocation: '#/hidden',
  error: text,
});

it('leaves out what only leads to a reason, and says each once', () => {
  const schema = { properties: { a: { minLength: 3 } } };
  const own = error('minLength', '#/properties/a/minLength');
  expect(reasonsOf(schema, [error('properties', '#/properties'), own, own])).toEqual([
    'must have minLength 3 at /properties/a of its schema',
  ]);
});

it('always has a reason', () => {
  expect(reasonsOf({ allOf: [] }, [error('allOf', '#/allOf')])).toEqual([
    'does not match its schema',
  ]);
  expect(reasonsOf(true, [])).toEqual([]);
});

it('shows no long value of the schema', () => {
  const schema = { const: 'x'.repeat(500) };
  expect(reasonsOf(schema, [error('const', '#/const')])).toEqual(['breaks const']);
});

it('follows references to the value of a keyword', () => {
  const schema = { $defs: { a: { maximum: 5 } }, $ref: '#/$defs/a' };
  expect(reasonsOf(schema, [error('maximum', '#/$ref/maximum')])).toEqual(['must have maximum 5']);
});
