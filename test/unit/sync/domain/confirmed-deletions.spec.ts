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
  return confirmedDeletions(keys, sides, { lost, observer: 'one', nowMs, isResolved });
};
const deletions = of({ 'lost-in-cluster': 'push', 'lost-in-store': 'pull' });

describe('deletions', () => {
  it('wait for a second look, and nothing else does', () => {
    const others = { written: 'push', read: 'pull', absent: 'conflict', same: 'equal' } as const;
    const first = looked(new Map([...of(others), ...deletions]), []);
    expect(Object.fromEntries(first.keys)).toEqual({
      ...others,
      ...{ 'lost-in-cluster': 'unconfirmed', 'lost-in-store': 'unconfirmed' },
    });
    expect(first.lost).toEqual([
      { key: 'lost-in-cluster', side: 'cluster', observer: 'one', sinceMs: nowMs },
      { key: 'lost-in-store', side: 'store', observer: 'one', sinceMs: nowMs },
    ]);
  });

  it.each([
    ['a look shortly before', 'cluster', 'one', deletionConfirmedMs - 1, 'unconfirmed'],
    ['a look that was long enough ago', 'cluster', 'one', deletionConfirmedMs, 'push'],
    ['a look that saw the other side', 'store', 'one', deletionConfirmedMs, 'unconfirmed'],
    ['a look of another process', 'cluster', 'other', deletionConfirmedMs, 'unconfirmed'],
  ] as const)('after %s', (_what, side, observer, agoMs, decision) => {
    const lost = [{ key: 'lost-in-cluster', side, observer, sinceMs: nowMs - agoMs }];
    expect(looked(deletions, lost).keys.get('lost-in-cluster')).toBe(decision);
  });

  it('keep what few other processes have seen', () => {
    const seen = ['a', 'b', 'c', 'd', 'e'].map((observer) => {
      return { key: 'lost-in-store', side: 'store', observer, sinceMs: 1 } as const;
    });
    const { lost } = looked(of({ 'lost-in-store': 'pull' }), seen);
    expect(lost.map(({ observer }) => observer)).toEqual(['c', 'd', 'e', 'one']);
  });

  it('that a user has decided are carried out', () => {
    const { keys, lost } = looked(deletions, [], (key) => key === 'lost-in-store');
    expect(keys).toEqual(of({ 'lost-in-cluster': 'unconfirmed', 'lost-in-store': 'pull' }));
    expect(lost.map(({ key }) => key)).toEqual(['lost-in-cluster']);
  });
});
