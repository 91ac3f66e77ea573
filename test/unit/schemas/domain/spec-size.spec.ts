import { expect, it } from 'vitest';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import { isTooDeep, specSize } from '../../../../src/schemas/domain/spec-size.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

it('is the length of a spec as JSON', () => {
  expect(specSize({ mode: 'warn', keys: { a: [1, null] } })).toBe(37);
});

it('is infinite if a spec is nested too deep', () => {
  const { specDepthMax } = schemaLimits;
  expect(isTooDeep({ a: nested(specDepthMax - 1) })).toBe(false);
  expect(isTooDeep({ a: nested(specDepthMax + 1) })).toBe(true);
  expect(specSize({ a: nested(9_000) })).toBe(Number.POSITIVE_INFINITY);
});
