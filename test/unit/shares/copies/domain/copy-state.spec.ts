import { expect, it } from 'vitest';
import { type CopyProblem, explained } from '../../../../../src/shares/copies/domain/copy-state.js';

it.each<[CopyProblem, string]>([
  ['NotGranted', 'NotGranted'],
  ['KeyMissing', 'NotGranted'],
  ['SomeKeysMissing', 'Conflict'],
  ['AuthorLostRight', 'Suspended'],
  ['AuthorUnknown', 'Suspended'],
  ['AuthorGone', 'Suspended'],
  ['TargetExists', 'Conflict'],
  ['ManagedElsewhere', 'Conflict'],
  ['TargetTerminating', 'Conflict'],
  ['TargetImmutable', 'Conflict'],
  ['TypeDiffers', 'Conflict'],
  ['KeyExists', 'Conflict'],
  ['KeySetIncomplete', 'Conflict'],
  ['TargetRefused', 'Conflict'],
  ['TargetForbidden', 'Conflict'],
  ['GatewayForbidden', 'Suspended'],
  ['Drifted', 'Drifted'],
  ['TargetDeleted', 'Drifted'],
])('%s is a state of its own with a sentence', (problem, state) => {
  expect(explained(problem)).toEqual({ state, message: expect.stringMatching(/^[a-z].*[a-z]$/) });
});
