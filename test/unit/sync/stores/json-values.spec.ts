import { expect, it } from 'vitest';
import {
  jsonBody,
  memberOf,
  numberOf,
  textOf,
  textsOf,
  valuesOf,
} from '../../../../src/sync/stores/json-values.js';

it('keeps numbers as the store sends them', () => {
  const body = jsonBody('{"data": {"a": 1.10, "b": 12345678901234567890, "c": true}}');
  const values = valuesOf(memberOf(body, 'data') ?? {});
  const texts = [...values].map(([key, value]) => [key, value.revealText()]);
  expect(Object.fromEntries(texts)).toEqual({ a: '1.10', b: '12345678901234567890', c: 'true' });
  expect(numberOf(jsonBody('{"version": 3}')?.['version'])).toBe(3);
});

it.each(['<html>', '["a"]', '12', '', 'null', '"text"'])('takes %j for no object', (text) => {
  expect(jsonBody(text)).toBeUndefined();
});

it('has no text that UTF-8 cannot have', () => {
  expect(() => valuesOf({ key: '\ud800' })).toThrow('no plain text');
});

it('has members of one kind alone', () => {
  const body = jsonBody('{"tags": {"a": "one", "b": 2, "c": null}, "text": "t"}');
  expect(textsOf(memberOf(body, 'tags'))).toEqual({ a: 'one' });
  expect(textsOf(memberOf(body, 'text'))).toEqual({});
  expect(textOf(body?.['text'])).toBe('t');
  expect(textOf(body?.['tags'])).toBeUndefined();
});
