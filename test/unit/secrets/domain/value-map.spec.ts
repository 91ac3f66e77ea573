import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  parseValueMap,
  parseValueMapPatch,
  sortedKeys,
  toReadMaps,
} from '../../../../src/secrets/domain/value-map.js';
import { marker, pointers, refusal, values } from './secret.builder.js';

const key = fc.stringMatching(/^[-_a-zA-Z0-9][-._a-zA-Z0-9]{0,20}$/);
const anyData = fc.dictionary(key, fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' })));

describe('parseValueMap', () => {
  test('reads text and base64 as two spellings of one map', () => {
    const parsed = parseValueMap({ stringData: { a: 'é' }, data: { b: 'AP8=', c: 'Y\r\nQ==' } });
    expect([...parsed].map(([name, value]) => [name, value.revealBase64()])).toEqual([
      ['a', 'w6k='],
      ['b', 'AP8='],
      ['c', 'YQ=='],
    ]);
  });

  test('refuses a key named in both spellings', () => {
    const input = { stringData: { a: marker }, data: { a: 'YQ==' } };
    expect(pointers(() => parseValueMap(input))).toEqual(['/data/a']);
  });

  test('takes constructor and prototype for keys like any other', () => {
    const parsed = parseValueMap({ stringData: { constructor: 'a' }, data: { prototype: '' } });
    expect([...parsed.keys()]).toEqual(['constructor', 'prototype']);
  });

  test.each([
    ['null', null],
    ['a number', 1],
    ['unpadded base64', 'YQ'],
    ['the URL alphabet', '_-8='],
    ['a space', 'YQ= ='],
    ['other characters', `${marker}!`],
  ])('refuses %s under data and names only the key', (_title, value) => {
    expect(pointers(() => parseValueMap({ data: { k: value } }))).toEqual(['/data/k']);
  });

  test('refuses lone surrogates, which have no UTF-8 form', () => {
    expect(pointers(() => parseValueMap({ stringData: { k: '\ud800' } }))).toEqual([
      '/stringData/k',
    ]);
  });

  test('reports every broken rule at once, at its place', () => {
    const input = { stringData: { 'a/b': 'x', ok: 'x' }, data: { '..': '', z: null } };
    expect(pointers(() => parseValueMap(input))).toEqual([
      '/stringData/a~1b',
      '/data/..',
      '/data/z',
    ]);
  });

  test.each([[[]], ['x'], [null]])('refuses %j where a map is due', (map) => {
    expect(pointers(() => parseValueMap({ stringData: map }))).toEqual(['/stringData']);
  });

  test('holds 1 MiB of decoded values and not a byte more, naming the bound', () => {
    const half = 'x'.repeat(512 * 1024);
    expect(parseValueMap({ stringData: { a: half, b: half } }).size).toBe(2);
    const error = refusal(() => parseValueMap({ stringData: { a: half, b: half, c: 'x' } }));
    expect(error.code).toBe('TooLarge');
    expect(error.message).toContain('1048576');
  });
});

test('null removes in a patch, under either spelling, but not twice', () => {
  const patch = parseValueMapPatch({ stringData: { a: null }, data: { b: null, c: 'YQ==' } });
  expect([patch.removed, [...patch.set.keys()]]).toEqual([['a', 'b'], ['c']]);
  const twice = { stringData: { a: null }, data: { a: 'YQ==' } };
  expect(pointers(() => parseValueMapPatch(twice))).toEqual(['/data/a']);
});

test('sortedKeys names all keys, sorted', () => {
  const data = values({ user: 'me', password: 'old', empty: '' });
  expect(sortedKeys(data)).toEqual(['empty', 'password', 'user']);
});

describe('toReadMaps', () => {
  test('shows exact UTF-8 as text with its byte order mark, other bytes as base64', () => {
    const data = values({ b: '\ufeffé', a: new Uint8Array([0xc0, 0x80]), c: '' });
    const maps = toReadMaps(data, 'auto');
    expect(JSON.stringify(maps)).toBe('{"stringData":{"b":"\ufeffé","c":""},"data":{"a":"wIA="}}');
  });

  test('puts all under data with base64, a shape that does not depend on the bytes', () => {
    const maps = toReadMaps(values({ b: 'x', a: new Uint8Array([255]) }), 'base64');
    expect(JSON.stringify(maps)).toBe('{"stringData":{},"data":{"a":"/w==","b":"eA=="}}');
  });

  test('loses no key called __proto__', () => {
    const data = new Map([['__proto__', [...values({ a: 'x' }).values()][0]!]]);
    expect(JSON.stringify(toReadMaps(data, 'auto').stringData)).toBe('{"__proto__":"x"}');
  });

  test.each(['auto', 'base64'] as const)('parses back to the same bytes (%s)', (encoding) => {
    fc.assert(
      fc.property(anyData, (entries) => {
        const data = values(entries);
        const sent: unknown = JSON.parse(JSON.stringify(toReadMaps(data, encoding)));
        const parsed = parseValueMap(sent as { stringData: unknown; data: unknown });
        expect(parsed.size).toBe(data.size);
        for (const [name, value] of data) expect(parsed.get(name)?.equals(value)).toBe(true);
      }),
    );
  });
});
