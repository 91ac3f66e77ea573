import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { RemoteValues } from '../../../../src/sync/domain/remote-store.js';
import { plainPayload } from '../../../../src/sync/stores/plain-payload.js';
import { readText } from '../../../../src/sync/stores/secret-payload.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';

const { without, read } = plainPayload;
const noKeys: ReadonlySet<string> = new Set();
const textOf = (values: RemoteValues) => plainPayload.textOf({ values, jsonKeys: noKeys });
const bytesOf = (values: RemoteValues) => plainPayload.bytesOf({ values, jsonKeys: noKeys });

it.each(['', ' c4n4ry\n', '{"a":"b"}', 'é\u0000', '\ufeffbom'])(
  'is the value %j itself',
  (text) => {
    const values = valuesOf({ value: text });
    expect(textOf(values)).toBe(text);
    expect(textsOf(readText(plainPayload, text).values)).toEqual({ value: text });
    expect(textsOf(read(bytesOf(values)).values)).toEqual({ value: text });
  },
);

it('has bytes where a store has bytes, and is refused where it has texts', () => {
  const bytes = Buffer.from([0xff, 0xfe]);
  const values = new Map([['value', SecretValue.fromBytes(bytes)]]);
  expect(bytesOf(values)).toEqual(bytes);
  expect(read(bytes).values.get('value')?.reveal()).toEqual(bytes);
  expect(() => textOf(values)).toThrow(expect.objectContaining({ reason: 'StoreRefused' }));
});

it('is refused if the store would take it for a reference, without a word of it', () => {
  expect(without('{c4n4ry}', '{{')).toBe('{c4n4ry}');
  const refused = () => without('c4n4ry {{ssm:x}}', '{{');
  expect(refused).toThrow(/^(?!.*c4n4ry)/);
  expect(refused).toThrow(expect.objectContaining({ reason: 'StoreRefused' }));
});

it.each([{}, { value: 'a', other: 'b' }, { other: 'b' }])('has no other values: %j', (texts) => {
  expect(() => textOf(valuesOf(texts as object as Record<string, string>))).toThrow('one value');
});

it('is not read from a text with half of a character', () => {
  expect(() => readText(plainPayload, 'c4n4ry\ud800')).toThrow('not text');
});
