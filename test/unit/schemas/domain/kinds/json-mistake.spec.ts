import { describe, expect, it } from 'vitest';
import { jsonMistake, noJson } from '../../../../../src/schemas/domain/kinds/json-mistake.js';

describe('a mistake in JSON', () => {
  it.each([
    ['', 1, 1],
    ['{"a": tru}', 1, 7],
    ['{\n  "a": 1,\n}', 3, 1],
    ['{"a": 1', 1, 8],
    ['{"a": 1}}', 1, 9],
    ['{"a" 1}', 1, 6],
    ['{a: 1}', 1, 2],
    ['[1, 2', 1, 6],
    ['[1 2]', 1, 4],
    ['[,]', 1, 2],
    ['{"a": 1]', 1, 8],
    ['01', 1, 2],
    ['1.', 1, 2],
    ['"a\nb"', 1, 3],
    ['"\\x"', 1, 2],
    ['"open', 1, 6],
    ['{"host": 1,\n "host": 2}', 2, 2],
    ['{"host": 1, "hos\\u0074": 2}', 1, 13],
    ['\ufeff{}', 1, 1],
  ])('has a position: %j', (text, line, column) => {
    expect(jsonMistake(text)).toBe(`: mistake at line ${line}, column ${column}`);
  });

  it.each(['{}', ' [] ', '{"a": [1, -2.5e+3, true, null, "\\u00e9\\n"], "b": {"a": {}}}', '"x"'])(
    'is not found in %j',
    (text) => {
      expect(jsonMistake(text)).toBe('');
    },
  );

  it('is found in each text that ends too early', () => {
    const text = JSON.stringify({ a: [1, { b: 'c' }], d: 'e\n\\"f' }, undefined, 1);
    for (let end = 1; end < text.length; end += 1) {
      expect(() => JSON.parse(text.slice(0, end)) as unknown).toThrow(SyntaxError);
      expect(jsonMistake(text.slice(0, end))).not.toBe('');
    }
    expect(jsonMistake(text)).toBe('');
  });

  it('is not searched for in what is nested too deep or has too many members', () => {
    expect(noJson('['.repeat(1_000_000))).toBe('must be JSON, with each member once');
    expect(noJson(`[${'1,'.repeat(500_000)}`)).toBe('must be JSON, with each member once');
  });
});
