import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { payloadOf, readPayload } from '../../../../src/sync/stores/json-payload.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';

it('has equal bytes for equal values, whatever their order', () => {
  const payload = payloadOf(valuesOf({ b: '2', a: '1', __proto: 'x' }), 100);
  expect(payload.toString()).toBe('{"__proto":"x","a":"1","b":"2"}');
  expect(payloadOf(valuesOf({ __proto: 'x', a: '1', b: '2' }), 100)).toEqual(payload);
});

it('gives back the values that it was made of', () => {
  const texts = { 'a key': 'é"\n\u0000', empty: '', json: '{"a":1}' };
  expect(textsOf(readPayload(payloadOf(valuesOf(texts), 1_000)).values)).toEqual(texts);
  expect(textsOf(readPayload(payloadOf(new Map(), 2)).values)).toEqual({});
});

it('has no more bytes than the store takes', () => {
  const values = valuesOf({ key: 'é' });
  expect(payloadOf(values, 12)).toHaveLength(12);
  expect(() => payloadOf(values, 11)).toThrow('more than the 11 bytes');
});

it('has no bytes that are not text', () => {
  const values = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff]))]]);
  expect(() => payloadOf(values, 100)).toThrow('not text');
});

it.each([
  ['nothing', ''],
  ['a list', '["c4n4ry"]'],
  ['a text', '"c4n4ry"'],
  ['a key twice', '{"c4n4ry":"1","c4n4ry":"2"}'],
  ['a key that is twice if read', '{"a":"1","\\u0061":"2"}'],
  ['a prototype', '{"__proto__":{"a":"c4n4ry"}}'],
  ['half of a character', '{"a":"\\ud800"}'],
  ['a document', '{"a":{"b":"c4n4ry"}}'],
  ['null', '{"a":null}'],
])('is not read from %s, which is not quoted', (_what, text) => {
  const read = () => readPayload(Buffer.from(text));
  expect(read).toThrow(/^(?!.*c4n4ry)/);
  expect(read).toThrow(expect.objectContaining({ reason: 'NotReadable' }));
});

it('is not read from bytes that are no UTF-8', () => {
  const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0x22, 0x7d]);
  expect(() => readPayload(bytes)).toThrow('one object of JSON');
});

it('says whether members are no texts, which a write would change', () => {
  const read = (text: string) => readPayload(Buffer.from(text)).hasOtherTypes;
  expect([read('{"port": 3306}'), read('{"on": true}'), read('{"port": "3306"}')]).toEqual([
    ...[true, true, false],
  ]);
});
