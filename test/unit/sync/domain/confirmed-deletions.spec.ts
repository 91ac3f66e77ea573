import { describe, expect, it } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import {
  confirmedDeletions,
  type LostKeys,
} from '../../../../src/sync/domain/confirmed-deletions.js';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';

const { deletionConfirmedMs } = syncLimits;
const nowMs = 1_000_000;
const of = (keys: Readonly<Record<string, KeyDecision>>) => new Map(Object.entries(keys));
const has = (...keys: readonly string[]) => new Map(keys.map((key) => [key, 'value']));
const looked = (
  keys: ReadonlyMap<string, KeyDecision>,
  lost: LostKeys,
  isResolved = (_key: string) => false,
) => {
  const sides = { cluster: has('written', 'lost-in-store'), store: has('lost-in-cluster', 'read') };
  return confirmedDeletions(keys, sides, { lost, nowMs, isResolved });
};
const deletions = of({ 'lost-in-cluster': 'push', 'lost-in-store': 'pull' });

describe('deletions', () => {
  it('wait for a second look, and nothing else does', () => {
    const others = { written: 'push', read: 'pull', absent: 'conflict', same: 'equal' } as const;
    const first = looked(new Map([...of(others), ...deletions]), new Map());
    expect(Object.fromEntries(first.keys)).toEqual({
      ...others,
      ...{ 'lost-in-cluster': 'unconfirmed', 'lost-in-store': 'unconfirmed' },
    });
    expect(first.lost).toEqual(
      new Map([
        ['lost-in-cluster', { side: 'cluster', sinceMs: nowMs }],
        ['lost-in-store', { side: 'store', sinceMs: nowMs }],
      ]),
    );
  });

  it.each([
    ['a look shortly before', 'cluster', deletionConfirmedMs - 1, 'unconfirmed'],
    ['a look that was long enough ago', 'cluster', deletionConfirmedMs, 'push'],
    ['a look that saw the other side', 'store', deletionConfirmedMs, 'unconfirmed'],
    ['a look in the future, before the clock was set back', 'cluster', -1, 'unconfirmed'],
  ] as const)('after %s', (_what, side, agoMs, decision) => {
    const lost = new Map([['lost-in-cluster', { side, sinceMs: nowMs - agoMs }]]);
    expect(looked(deletions, lost).keys.get('lost-in-cluster')).toBe(decision);
  });

  it('that a user has decided are carried out', () => {
    const { keys, lost } = looked(deletions, new Map(), (key) => key === 'lost-in-store');
    expect(keys).toEqual(of({ 'lost-in-cluster': 'unconfirmed', 'lost-in-store': 'pull' }));
    expect([...lost.keys()]).toEqual(['lost-in-cluster']);
  });
});
