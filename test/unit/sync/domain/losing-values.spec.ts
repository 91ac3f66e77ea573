import { describe, expect, it } from 'vitest';
import { losesInCluster, losingValues } from '../../../../src/sync/domain/losing-values.js';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';
import { textsOf, valuesOf } from '../engine/sync-world.js';

const base = new Map([
  ['common', 'print-1'],
  ['changed', 'print-1'],
]);

function losing(decisions: Readonly<Record<string, KeyDecision>>, known = base) {
  const fingerprints = new Map([
    ['common', 'print-1'],
    ['changed', 'print-2'],
    ['new', 'print-3'],
  ]);
  const store = { kind: 'present', mark: undefined, fingerprints } as const;
  const stored = valuesOf({ common: '1', changed: '2', new: '3' });
  const keys = new Map(Object.entries(decisions));
  const cluster = new Map<string, string>();
  return textsOf(losingValues(keys, { base: known, cluster, store }, stored));
}

describe('the values that a store loses', () => {
  it('are those that a push replaces, and that were never on both sides', () => {
    const all = { common: 'push', changed: 'push', new: 'push' } as const;
    expect(losing(all)).toEqual({ changed: '2', new: '3' });
    expect(losing(all, new Map())).toEqual({ common: '1', changed: '2', new: '3' });
  });

  it.each(['pull', 'equal', 'retained', 'unconfirmed', 'conflict'] as const)(
    'are none if the decision is %s',
    (decision) => {
      expect(losing({ common: decision, changed: decision, new: decision })).toEqual({});
    },
  );
});

describe('the values that a cluster loses', () => {
  const store = { kind: 'present', mark: undefined, fingerprints: new Map() } as const;
  const loses = (fingerprint: string, decision: KeyDecision) => {
    const cluster = new Map([['common', fingerprint]]);
    return losesInCluster(new Map([['common', decision]]), { base, cluster, store });
  };

  it('are those that a pull replaces, and that were never on both sides', () => {
    expect(loses('print-1', 'pull')).toBe(false);
    expect(loses('print-2', 'pull')).toBe(true);
    expect(loses('print-2', 'push')).toBe(false);
  });
});
