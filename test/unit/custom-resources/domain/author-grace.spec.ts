import { expect, it } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { AuthorGrace } from '../../../../src/custom-resources/domain/author-grace.js';

it('the author of a spec may be unknown for a time, which starts again with each spec', () => {
  let nowMs = 1_000;
  const grace = new AuthorGrace({ monotonicMs: () => nowMs });
  const first = { uid: 'u', generation: 1 };
  expect(() => grace.require(first)).toThrow('not known yet');
  nowMs += backgroundLimits.authorGraceMs - 1;
  expect(() => grace.require(first)).toThrow('not known yet');
  nowMs += 1;
  expect(() => grace.require(first)).not.toThrow();
  expect(() => grace.require({ uid: 'u', generation: 2 })).toThrow('not known yet');
});
