import { expect, it } from 'vitest';
import { marksOf } from '../../../../src/audit/domain/event-marks.js';
import { principal } from '../audit-builders.js';

it('names what sets an event apart, and nothing where it is like any other', () => {
  expect(marksOf({ dryRun: false, count: undefined }, {}, false)).toBeUndefined();
  expect(marksOf({ dryRun: undefined, count: 3 }, {}, true)).toBe('aggregate,truncated');
  const impersonator = principal('bob');
  expect(marksOf({ dryRun: true, count: 3 }, { impersonator }, false)).toBe('dry-run,impersonated');
});
