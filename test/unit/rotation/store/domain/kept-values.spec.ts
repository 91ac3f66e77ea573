import { expect, it } from 'vitest';
import { keptValues } from '../../../../../src/rotation/store/domain/kept-values.js';

it.each([
  ['running', 'set', { own: true, earlier: true }],
  ['waiting', 'retire', { own: true, earlier: true }],
  ['succeeded', 'retire', { own: true, earlier: false }],
  ['failed', 'create', { own: false, earlier: true }],
  ['cancelled', 'create', { own: false, earlier: true }],
  ['failed', 'set', { own: true, earlier: true }],
  ['failed', 'finish', { own: true, earlier: true }],
  ['cancelled', 'test', { own: true, earlier: true }],
  ['needsOperator', 'set', { own: true, earlier: true }],
] as const)('keeps whatever may work at the target: %s in %s', (state, step, kept) => {
  expect(keptValues({ state, step })).toEqual(kept);
});
