import { expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { isLargeBody } from '../../../../src/secrets/domain/large-body.js';

const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
const few = limits.jsonMembersFree;
const small = limits.smallBodyBytesMax;

it.each([
  ['few keys', { data: keys(few) }, false],
  ['many keys', { data: keys(few + 1) }, true],
  ['many keys as text', { stringData: keys(few + 1) }, true],
  ['short values', { data: { a: 'x'.repeat(small / 2), b: 'x'.repeat(small / 2) } }, false],
  ['long values', { data: { a: 'x'.repeat(small), b: 'x' } }, true],
  ['a long JSON Patch', Array.from({ length: few + 1 }, () => ({})), true],
  ['a short one', [{}], false],
  ['no object', 'x'.repeat(2 * small), false],
  ['values of other kinds', { data: { a: 1, b: null } }, false],
  ['no map', { data: 'x', stringData: null }, false],
])('a body with %s is large: %s', (_what, body, isLarge) => {
  expect(isLargeBody(body)).toBe(isLarge);
});
