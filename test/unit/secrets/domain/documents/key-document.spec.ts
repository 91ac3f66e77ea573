import { describe, expect, it, vi } from 'vitest';
import { documentLimits } from '../../../../../src/core/document-limits.js';
import { SallyportError } from '../../../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import {
  isPositional,
  memberAt,
  memberReason,
  memberRequests,
  newMember,
  placeName,
  pointerReason,
} from '../../../../../src/secrets/domain/documents/key-document.js';
import { jsonDocument } from '../../../../../src/secrets/domain/documents/json-document.js';
import { yamlDocument } from '../../../../../src/secrets/domain/documents/yaml-document.js';
import { found, of, put, ref, text } from './document.builder.js';

describe('what has two readings is refused', () => {
  it.each([
    ['a.json', '{"a":1,"a":2}', '/a'],
    ['a.yaml', '1: a\n"1": b\n', '/1'],
    ['a.yaml', 'b: {a: 1}\na: {<<: {x: 1}}\n', '/a/x'],
    ['a.properties', 'a=1\na=2\n', '/a'],
  ])('in %s: %s', (key, document, pointer) => {
    expect(() => found(key, document, pointer)).toThrow(/twice|merge key/);
    expect(() => put(key, document, pointer, text('x'))).toThrow(/twice|merge key/);
  });
});

describe('a change of YAML', () => {
  it('does not read the changed document a second time, as others do', () => {
    for (const [syntax, key, times] of [
      [yamlDocument, 'a.yaml', 0],
      [jsonDocument, 'a.json', 1],
    ] as const) {
      const find = vi.spyOn(syntax, 'find');
      expect(put(key, '{"a": 1}', '/a', text('x'))).toBe('{"a": "x"}');
      expect(find).toHaveBeenCalledTimes(times);
      find.mockRestore();
    }
  });

  it.each(['[1e999]', '[9007199254740993]'])('adds nothing that is not readable: %s', (number) => {
    const change = () => put('a.yaml', 'a: 1\n', '/a', { kind: 'json', text: number });
    expect(change).toThrow(/number there/);
  });
});

describe('a value that is no document', () => {
  it.each([
    ['a.json', 'SECRET'],
    ['a.json', '{"a": "SECRET",}'],
    ['a.json', '// SECRET\n{}'],
    ['a.json', '\uFEFF{"a":"SECRET"}'],
    ['plain', 'SECRET'],
    ['a.yaml', 'a: [SECRET'],
    ['a.yaml', 'a: 1\na: SECRET\n'],
    ['a.yaml', 'a: !SECRET x\n'],
    ['a.yaml', '--- SECRET\n--- b\n'],
    ['a.yaml', ''],
    ['a.json', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['a.json', '['.repeat(65) + ']'.repeat(65)],
    ['a.yaml', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['a.yaml', `${'- '.repeat(10_000)}a`],
    ['a.yaml', ' '.repeat(documentLimits.yamlBytesMax + 1)],
    ['a.yaml', `a: &a [${'x,'.repeat(99)}]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]`],
  ])('gives an error without it: %s, %j', (key, document) => {
    const pointer = document.startsWith('a: &a') ? '/c' : '/a';
    expect(() => found(key, document, pointer)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.not.stringContaining('SECRET') }),
    );
  });

  it('gives an error for bytes that are no text', () => {
    const bytes = SecretValue.fromBytes(Uint8Array.of(0xff, 0xfe));
    expect(() => memberAt(ref, { key: 'a.json', pointer: '/a' }, bytes)).toThrow(/UTF-8/);
  });
});

it('a member counts as several requests, because a document is parsed', () => {
  expect(['a.json', 'a.yml', 'a.properties'].map((key) => memberRequests({ key }))).toEqual([
    16, 64, 16,
  ]);
});

describe('a pointer', () => {
  it.each([
    '',
    'a',
    '#/a',
    '/~2',
    '/~',
    `/${'a'.repeat(1_024)}`,
    `/${'漢'.repeat(400)}`,
    '/a'.repeat(65),
  ])('is refused: %s', (pointer) => {
    expect(pointerReason(pointer)).toMatch(/^must /);
  });

  it('is named in a trail as in a URI', () => {
    expect(placeName({ key: 'a.json', pointer: '/a~1b/ü, c/' })).toBe(
      'a.json#/a~1b/%C3%BC%2C%20c/',
    );
    expect(pointerReason('/a~1b/ü, c/')).toBeUndefined();
  });
});

describe('a body that becomes a member', () => {
  it('is text, or JSON that stays as it is', () => {
    expect(newMember(of('5'), false)).toEqual(text('5'));
    expect(newMember(of(' {"a":[1.10]}\n'), true)).toEqual({ kind: 'json', text: '{"a":[1.10]}' });
  });

  it.each(['SECRET', '{"SECRET":1,}', '['.repeat(65) + ']'.repeat(65)])(
    'is refused: %s',
    (body) => {
      expect(() => newMember(of(body), true)).toThrow(
        expect.objectContaining({
          code: 'Invalid',
          message: expect.not.stringContaining('SECRET'),
        }),
      );
    },
  );
});

describe('a changed document', () => {
  it('can be read and changed again', () => {
    const long = text('x'.repeat(documentLimits.yamlBytesMax));
    expect(() => put('a.yaml', 'a: b\n', '/a', long)).toThrow(/bytes/);
    const deep = { kind: 'json', text: '['.repeat(64) + ']'.repeat(64) } as const;
    expect(() => put('a.json', '{"a":1}', '/a', deep)).toThrow(/levels/);
  });
});

it.each([
  ['/a/-', true],
  ['/a/0', true],
  ['/a/b', false],
])('a change of %s depends on the place: %s', (pointer, isOne) => {
  expect(isPositional({ key: 'a.json', pointer })).toBe(isOne);
});

describe('the reason that a member was not read', () => {
  const owner = { name: 'shared', resource: 'secretimports' } as const;
  const refusalOf = (document: string, pointer: string): string => {
    const place = { key: 'a.json', pointer };
    try {
      memberAt(owner, place, of(document));
    } catch (error) {
      if (error instanceof SallyportError) return memberReason(owner, place, error);
    }
    throw new Error('nothing was refused');
  };

  it('names key, pointer and object, and nothing of the document', () => {
    const name = (pointer: string) =>
      `pointer "${pointer}" in key "a.json" of secretimports "shared"`;
    expect(refusalOf('{"b": "SECRET"}', '/a')).toBe(`${name('/a')} not found`);
    expect(refusalOf('SECRET', '/a')).toBe(`${name('/a')}: the value is not valid JSON`);
  });
});
