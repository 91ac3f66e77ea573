import { expect, it } from 'vitest';
import { hashOf } from '../../../../src/custom-resources/domain/spec-hash.js';

it('a hash depends on values, and not on the order of members', () => {
  const hash = hashOf({ a: 1, b: { c: ['x', 'y'], d: undefined } });
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf({ b: { c: ['x', 'y'] }, a: 1 })).toBe(hash);
  expect(hashOf({ b: { c: ['y', 'x'] }, a: 1 })).not.toBe(hash);
  expect(hashOf({ b: { c: ['x', 'y'], d: null }, a: 1 })).not.toBe(hash);
});
