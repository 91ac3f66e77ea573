import { describe, expect, test, vi } from 'vitest';
import { toJson } from '../../src/schema/raw-value.js';
import * as document from '../../src/schema/yaml-document.js';
import { parseYaml } from '../../src/schema/yaml-syntax.js';
import { bounds } from '../../src/store/sandbox-bounds.js';

const bodyCharacters = bounds.bodyBytesMax;
const limit = `limit of YAML is ${bounds.yamlTokensMax} tokens, JSON may be longer`;
const tooLong = {
  code: 413,
  reason: 'RequestEntityTooLarge',
  message: `Request entity too large: ${limit}`,
};

function filled(unit: string): string {
  return unit.repeat(Math.floor(bodyCharacters / unit.length));
}

function value(text: string): unknown {
  return toJson(parseYaml(text).value);
}

describe('the work that a YAML body asks for is bounded', () => {
  test.each(['a,', '[],', 'a: b,', ',', '&a a,', '!a ', '? ', '*a,'])(
    '413 for a body that is full of %j',
    (unit) => {
      expect(() => parseYaml(`[${filled(unit)}`)).toThrow(expect.objectContaining(tooLong));
    },
  );

  test.each(['- ', '? ', 'a: b\n', '- a\n', '\n', '# a\n', '"" '])(
    '413 for a body that is full of %j, without any bracket',
    (unit) => {
      expect(() => parseYaml(filled(unit))).toThrow(expect.objectContaining(tooLong));
    },
  );

  test.each([']', '}'])('what is out of place ends it at once: %j', (unit) => {
    const misplaced = 'line 1: could not find expected token';
    expect(() => parseYaml(filled(unit))).toThrow(misplaced);
  });

  test('lists that open and do not end are refused at the level that is one too deep', () => {
    expect(() => parseYaml(filled('['))).toThrow('exceeded max depth of 500');
    expect(() => parseYaml(filled('{"a":'))).toThrow('exceeded max depth of 500');
  });

  test('a long scalar is one token', () => {
    const text = 'x'.repeat(bodyCharacters - 10);
    expect(value(`a: ${text}`)).toEqual({ a: text });
    expect(value(`a: |\n${'  xx\n'.repeat(200_000)}`)).toEqual({ a: 'xx\n'.repeat(200_000) });
  });

  test('documents after the first are not read', () => {
    expect(value(`a: b\n---\n${filled('[')}`)).toEqual({ a: 'b' });
    expect(value(`a: b\n...\n---\n]`)).toEqual({ a: 'b' });
    expect(value('---\na: b\n---\n]')).toEqual({ a: 'b' });
  });
});

describe('JSON under a YAML type', () => {
  test('is read by the reader of JSON, however long it is', () => {
    const compose = vi.spyOn(document, 'composeFirst');
    const items = '1,'.repeat(bounds.yamlTokensMax);
    expect(value(` {"a":[${items}1]}`)).toMatchObject({ a: expect.any(Array) as unknown });
    expect(compose).not.toHaveBeenCalled();
  });

  test.each<[string, unknown]>([
    [
      '{"b":1e3,"a":[-0,1.50,12345678901234567890,null,true,"x"]}',
      { a: [0, 1.5, 12345678901234567000, null, true, 'x'], b: 1000 },
    ],
    [
      '{"a":"yes","b":"012","__proto__":{"c":1}}',
      JSON.parse('{"a":"yes","b":"012","__proto__":{"c":1}}'),
    ],
    ['{"a":1e999}', { a: '1e999' }],
  ])('means what it means as YAML: %s', (text, expected) => {
    expect(value(text)).toEqual(expected);
    expect(value(`# not JSON\n${text}`)).toEqual(expected);
  });

  test('members come in the order of their names, as from YAML', () => {
    expect(JSON.stringify(value('{"b":{"d":1,"c":2},"a":3}'))).toBe('{"a":3,"b":{"c":2,"d":1}}');
  });

  test('is told of its duplicates by line, and may be YAML after all', () => {
    expect(parseYaml('{"a":1,\n"a":2}').duplicates).toEqual(['line 2: key "a" already set in map']);
    expect(value('{a: 1}\n# end')).toEqual({ a: 1 });
  });
});
