import { expect, it } from 'vitest';
import {
  heldProblem,
  keysWith,
  overwrittenEvent,
  type SyncOutcome,
} from '../../../../src/sync/domain/sync-outcome.js';

it.each(['FirstSync', 'StoreGone', 'ClusterGone', 'MassDeletion'] as const)(
  'a sync that is held for %s says how to go on',
  (reason) => {
    const problem = heldProblem(reason);
    expect(problem).toMatchObject({ concerns: 'InSync', reason });
    expect(problem.message).toContain('resolve the sync');
  },
);

it('a secret of another sync is named as that, and no decision of a user resolves it', () => {
  const owner = { clusterUid: 'cluster', namespaceUid: 'namespace', syncUid: 'uid-of-other' };
  const problem = heldProblem('OwnedElsewhere', owner);
  expect(problem).toMatchObject({ concerns: 'OwnedElsewhere', reason: 'OwnedElsewhere' });
  expect(problem.message).toContain('takeOverFrom');
  expect(problem.message).toContain('uid-of-other');
  expect(problem.message).not.toContain('resolve');
  expect(heldProblem('OwnedElsewhere').message).toContain('another version');
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

it('versions that were overwritten unseen are an Event, which names some of them', () => {
  const outcome = {
    kind: 'problem',
    problem: heldProblem('StoreGone'),
    isStoreKnown: true,
  } as const;
  const event = (overwritten: readonly string[]) =>
    overwrittenEvent({ ...outcome, overwritten } satisfies SyncOutcome);
  expect([event([]), overwrittenEvent(outcome)]).toEqual([undefined, undefined]);
  const versions = Array.from({ length: 12 }, (_, index) => `v${index}`);
  expect(event(versions)).toMatchObject({
    ...{ type: 'Warning', reason: 'Overwritten' },
    message: expect.stringMatching(/versions of others: v0, .*, v9 and 2 more$/),
  });
});
