import { describe, expect, it } from 'vitest';
import { parsedJson } from '../../../../../src/schemas/domain/kinds/parsed-json.js';

describe('JSON of a value', () => {
  it.each([
    ['null', null],
    ['false', false],
    [' {"a": [1, "b"]}\n', { a: [1, 'b'] }],
    ['"\\u00e9"', 'é'],
  ])('is parsed: %j', (text, value) => {
    expect(parsedJson(text)).toEqual(value);
  });

  it.each([
    '',
    '{',
    '{"a": 1, "a": 2}',
    '{"a": 1, "\\u0061": 2}',
    '{"__proto__": {}}',
    '"\\ud800"',
    '\ufeff{}',
    '['.repeat(100_000),
  ])('is undefined instead of an error that quotes it: %#', (text) => {
    expect(parsedJson(text)).toBeUndefined();
  });
});
