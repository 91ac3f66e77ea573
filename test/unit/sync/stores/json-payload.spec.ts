import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { RemoteValues } from '../../../../src/sync/domain/remote-store.js';
import { jsonPayload } from '../../../../src/sync/stores/json-payload.js';
import { bounded, boundedBytes, readText } from '../../../../src/sync/stores/secret-payload.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';

const { without, read } = jsonPayload;
const noKeys: ReadonlySet<string> = new Set();
const textOf = (values: RemoteValues) => jsonPayload.textOf({ values, jsonKeys: noKeys });
const bytesOf = (values: RemoteValues) => jsonPayload.bytesOf({ values, jsonKeys: noKeys });

it('has equal bytes for equal values, whatever their order', () => {
  const payload = bytesOf(valuesOf({ b: '2', a: '1', __proto: 'x' }));
  expect(payload.toString()).toBe('{"__proto":"x","a":"1","b":"2"}');
  expect(bytesOf(valuesOf({ __proto: 'x', a: '1', b: '2' }))).toEqual(payload);
});

it('gives back the values that it was made of', () => {
  const texts = { 'a key': 'é"\n\u0000', empty: '', json: '{"a":1}' };
  expect(textsOf(read(bytesOf(valuesOf(texts))).values)).toEqual(texts);
  expect(textsOf(readText(jsonPayload, textOf(valuesOf(texts))).values)).toEqual(texts);
  expect(textsOf(read(bytesOf(new Map())).values)).toEqual({});
});

it('has no more bytes than the store takes', () => {
  const values = valuesOf({ key: 'é' });
  expect(boundedBytes(bytesOf(values), 12)).toHaveLength(12);
  expect(() => boundedBytes(bytesOf(values), 11)).toThrow('more than the 11 bytes');
  expect(bounded(textOf(values), 12)).toHaveLength(11);
  expect(() => bounded(textOf(values), 11)).toThrow('more than the 11 bytes');
});

it('has no bytes that are not text', () => {
  const values = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff]))]]);
  expect(() => textOf(values)).toThrow('not text');
  expect(() => bytesOf(values)).toThrow('not text');
});

it.each([
  ['nothing', ''],
  ['a list', '["c4n4ry"]'],
  ['a text', '"c4n4ry"'],
  ['a key twice', '{"c4n4ry":"1","c4n4ry":"2"}'],
  ['a key that is twice if read', '{"a":"1","\\u0061":"2"}'],
  ['a prototype', '{"__proto__":{"a":"c4n4ry"}}'],
  ['half of a character', '{"a":"\\ud800"}'],
])('is not read from %s, which is not quoted', (_what, text) => {
  const reading = () => read(Buffer.from(text));
  expect(reading).toThrow(/^(?!.*c4n4ry)/);
  expect(reading).toThrow(expect.objectContaining({ reason: 'NotReadable' }));
});

it('is not read from bytes that are no UTF-8', () => {
  const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0x22, 0x7d]);
  expect(() => read(bytes)).toThrow('one object of JSON');
});

describe('members that are no texts', () => {
  const stored = '{"list":[1,{"a":1.10}],"none":null,"on":true,"port":3306,"text":"3306"}';

  it('are read as their JSON, and written as they were', () => {
    const content = read(Buffer.from(stored));
    expect(textsOf(content.values)).toEqual({
      ...{ list: '[1,{"a":1.10}]', none: 'null', on: 'true', port: '3306', text: '3306' },
    });
    expect(jsonPayload.textOf(content)).toBe(stored);
    expect(jsonPayload.bytesOf(content).toString()).toBe(stored);
  });

  it.each([
    ['another number', '12345678901234567890.10', '12345678901234567890.10'],
    ['another kind', '{"a":[true]}', '{"a":[true]}'],
    ['no JSON', 'none', '"none"'],
    ['JSON in another form', '[1, 2]', '"[1, 2]"'],
    ['a text in quotes', '"5432"', String.raw`"\"5432\""`],
    ['nothing', '', '""'],
  ])('become %s if the value does, which the next read returns', (_what, value, member) => {
    const values = valuesOf({ port: value });
    const text = jsonPayload.textOf({ values, jsonKeys: new Set(['port']) });
    expect(text).toBe(`{"port":${member}}`);
    expect(textsOf(readText(jsonPayload, text).values)).toEqual({ port: value });
  });
});

it('escapes what a store does not take, and is read as before', () => {
  const texts = { key: '{{{ssm:x}}' };
  const text = without(textOf(valuesOf(texts)), '{{');
  expect(text).not.toContain('{{');
  expect(textsOf(readText(jsonPayload, text).values)).toEqual(texts);
});

it('is not read from a text with half of a character', () => {
  expect(() => readText(jsonPayload, '{"a":"\ud800"}')).toThrow('not text');
});
