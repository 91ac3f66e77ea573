import { expect, it } from 'vitest';
import {
  contentIn,
  jsonBody as jsonBodyOf,
  memberOfMaps,
  memberOf,
  memberOfText,
  numberOf,
  textOf,
  textsOf,
} from '../../../../src/sync/stores/json-values.js';

const jsonBody = (text: string) => jsonBodyOf(Buffer.from(text));

it('keeps numbers as the store sends them', () => {
  const body = jsonBody('{"data": {"a": 1.10, "b": 12345678901234567890, "c": true}}');
  const { values } = contentIn(memberOf(body, 'data') ?? {});
  const texts = [...values].map(([key, value]) => [key, value.revealText()]);
  expect(Object.fromEntries(texts)).toEqual({ a: '1.10', b: '12345678901234567890', c: 'true' });
  expect(numberOf(jsonBody('{"version": 3}')?.['version'])).toBe(3);
});

it.each(['<html>', '["a"]', '12', '', 'null', '"text"'])('takes %j for no object', (text) => {
  expect(jsonBody(text)).toBeUndefined();
});

it.each(['1.10', '12345678901234567890', '-0', '1E5', '[1.0]'])(
  'is no number for a store that rounds %s',
  (text) => {
    expect(memberOfMaps(text)).toBe(text);
    expect(JSON.stringify(memberOfText(text))).toBe(text);
  },
);

it.each(['{"b":1,"a":2}', '[{"z":{"y":1,"x":2}}]', '["\\ud800"]', '{"\\ud800":1}'])(
  'is text for a store that would return %s otherwise',
  (text) => {
    expect(memberOfMaps(text)).toBe(text);
    expect(JSON.stringify(memberOfText(text))).toBe(text);
  },
);

it.each(['1.5', '5432', '1e+21', 'true', 'null', '{"B":1,"a":[1]}'])('is the member %s', (text) => {
  expect(JSON.stringify(memberOfMaps(text))).toBe(text);
  expect(JSON.stringify(memberOfText(text))).toBe(text);
});

it.each([
  ['members', JSON.stringify({ list: Array.from({ length: 20_001 }, () => 0) })],
  ['levels', `{"list":${'['.repeat(65)}${']'.repeat(65)}}`],
])('takes no object with too many %s', (_what, text) => {
  expect(jsonBody(text)).toBeUndefined();
  expect(memberOfText(text)).toBe(text);
});

it('has no text that UTF-8 cannot have', () => {
  expect(() => contentIn({ key: '\ud800' })).toThrow('no text in UTF-8');
});

it('has members of one kind alone', () => {
  const body = jsonBody('{"tags": {"a": "one", "b": 2, "c": null}, "text": "t"}');
  expect(textsOf(memberOf(body, 'tags'))).toEqual({ a: 'one' });
  expect(textsOf(memberOf(body, 'text'))).toEqual({});
  expect(textOf(body?.['text'])).toBe('t');
  expect(textOf(body?.['tags'])).toBeUndefined();
});
