import { expect, it } from 'vitest';
import {
  bodyOf,
  listOf,
  memberOf,
  numberOf,
  valuesOf,
} from '../../../../src/sync/stores/json-answer.js';

const answer = (status: number, body: string | undefined) => ({
  status,
  headers: {},
  body: body === undefined ? undefined : Buffer.from(body),
});

it('keeps numbers as the store sends them', () => {
  const body = bodyOf(answer(200, '{"data": {"a": 1.10, "b": 12345678901234567890, "c": true}}'));
  const values = valuesOf(memberOf(body, 'data') ?? {});
  const texts = [...values].map(([key, value]) => [key, value.revealText()]);
  expect(Object.fromEntries(texts)).toEqual({ a: '1.10', b: '12345678901234567890', c: 'true' });
  expect(numberOf(bodyOf(answer(200, '{"version": 3}'))['version'])).toBe(3);
});

it.each([
  ['no JSON', '<html>c4n4ry</html>'],
  ['a list', '["c4n4ry"]'],
  ['a number', '12'],
  ['nothing', ''],
  ['more than is read', undefined],
])('has no use for an answer that is %s, and does not quote it', (_what, body) => {
  expect(() => bodyOf(answer(200, body))).toThrow(
    /^the answer of the store is (not JSON|too long)$/,
  );
});

it('has no text that UTF-8 cannot have', () => {
  expect(() => valuesOf({ key: '\ud800' })).toThrow('no plain text');
});

it('has lists of objects only', () => {
  const { good, mixed } = bodyOf(answer(200, '{"good": [{"a": "b"}], "mixed": [{}, 1]}'));
  expect(listOf(good)).toEqual([{ a: 'b' }]);
  expect(listOf(mixed)).toBeUndefined();
  expect(listOf({})).toBeUndefined();
});
