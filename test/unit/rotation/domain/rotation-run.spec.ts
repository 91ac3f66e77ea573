import { expect, it } from 'vitest';
import { hasEnded, type RunState } from '../../../../src/rotation/domain/rotation-run.js';

it.each<[RunState, boolean]>([
  ['running', false],
  ['waiting', false],
  ['succeeded', true],
  ['failed', true],
  ['cancelled', true],
  ['needsOperator', true],
])('a run that is %s has ended: %s', (state, isOver) => {
  expect(hasEnded({ state })).toBe(isOver);
});
