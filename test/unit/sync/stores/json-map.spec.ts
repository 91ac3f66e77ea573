import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import {
  bounded,
  jsonMapOf,
  textsOf,
  valuesInJsonMap,
} from '../../../../src/sync/stores/json-map.js';

const bytes = (...numbers: number[]) => SecretValue.fromBytes(Buffer.from(numbers));
const mapOf = (texts: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(texts).map(([key, one]) => [key, SecretValue.fromBytes(Buffer.from(one))]),
  );

it('is the same text for equal values, in whatever order they come', () => {
  const text = jsonMapOf(mapOf({ b: 'é"\n', a: '1' }));
  expect(text).toBe('{"a":"1","b":"é\\"\\n"}');
  expect(jsonMapOf(mapOf({ a: '1', b: 'é"\n' }))).toBe(text);
});

it('is read as it was written, whatever the keys', () => {
  const texts = { 'a key': 'é"\n', '10': 'ten', '9': 'nine' };
  expect(textsOf(valuesInJsonMap(jsonMapOf(mapOf(texts))))).toEqual(texts);
});

it('has as many bytes as the store takes, and not one more', () => {
  const text = jsonMapOf(mapOf({ a: 'é' }));
  expect(bounded(text, 10)).toBe('{"a":"é"}');
  expect(() => bounded(text, 9)).toThrow('the values have more than 9 bytes');
});

it('has no bytes that are no text', () => {
  expect(() => jsonMapOf(new Map([['a', bytes(0xff)]]))).toThrow('a value is not text');
});

it('keeps numbers as others wrote them', () => {
  const values = valuesInJsonMap('{"a": 1.10, "b": 12345678901234567890, "c": true}');
  expect(textsOf(values)).toEqual({ a: '1.10', b: '12345678901234567890', c: 'true' });
});

it.each([
  ['no JSON', 'c4n4ry'],
  ['a list', '["c4n4ry"]'],
  ['a text', '"c4n4ry"'],
  ['nothing', ''],
  ['a map with a member that is given twice', '{"a": "c4n4ry", "a": "second"}'],
  ['a map with a member in a map', '{"a": {"b": "c4n4ry"}}'],
  ['a map with half of a character', String.raw`{"a": "c4n4ry\ud800"}`],
])('is not read from %s, which is not quoted', (_what, text) => {
  expect(() => valuesInJsonMap(text)).toThrow(
    /^[a ]*(the|member of the) secret in the store is no /,
  );
  expect(() => valuesInJsonMap(text)).not.toThrow('c4n4ry');
});
