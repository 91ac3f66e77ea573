import { expect, it } from 'vitest';
import { evaluateReview } from '../../../../src/access/domain/evaluate-review.js';

it.each([
  [
    { allowed: true, reason: 'r' },
    { allowed: true, reason: 'r' },
  ],
  [
    { allowed: true, denied: false },
    { allowed: true, reason: '' },
  ],
  [
    { allowed: true, denied: true },
    { allowed: false, reason: '' },
  ],
  [
    { allowed: true, denied: 'false' },
    { allowed: false, reason: '' },
  ],
  [
    { allowed: false, reason: 'r' },
    { allowed: false, reason: 'r' },
  ],
  [{ allowed: false, evaluationError: 'webhook' }, undefined],
  [{ allowed: 'true' }, undefined],
  [{ allowed: 1 }, undefined],
  [{}, undefined],
  [undefined, undefined],
  [null, undefined],
  ['allowed', undefined],
])('reads the status %j as %j', (status, decision) => {
  expect(evaluateReview({ status })).toEqual(decision);
});
