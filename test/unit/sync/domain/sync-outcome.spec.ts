import { expect, it } from 'vitest';
import { heldProblem, keysWith } from '../../../../src/sync/domain/sync-outcome.js';

it.each(['FirstSync', 'StoreGone', 'ClusterGone', 'MassDeletion'] as const)(
  'a sync that is held for %s says how to go on',
  (reason) => {
    const problem = heldProblem(reason);
    expect(problem).toMatchObject({ concerns: 'InSync', reason });
    expect(problem.message).toContain('resolve the sync');
  },
);

it('a secret of another sync is named as that, and no decision of a user resolves it', () => {
  const problem = heldProblem('OwnedElsewhere');
  expect(problem).toMatchObject({ concerns: 'OwnedElsewhere', reason: 'OwnedElsewhere' });
  expect(problem.message).toContain('takeOverFrom');
  expect(problem.message).not.toContain('resolve');
});

it('keys of a decision are in the order of their names', () => {
  const keys = new Map([
    ['b', 'conflict'],
    ['c', 'push'],
    ['a', 'conflict'],
  ] as const);
  expect(keysWith(keys, 'conflict')).toEqual(['a', 'b']);
  expect(keysWith(keys, 'pull')).toEqual([]);
});
