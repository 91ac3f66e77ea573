import { describe, expect, it } from 'vitest';
import {
  planSync,
  type Resolution,
  type SeenStore,
  type SyncRules,
  type SyncSides,
} from '../../../../src/sync/domain/plan-sync.js';

const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const other = { ...owner, syncUid: 'other' };
const rules: SyncRules = {
  ...{ direction: 'both', onConflict: 'hold', onDelete: 'delete', firstSync: 'fail' },
};
type Texts = Readonly<Record<string, string>>;
const of = (values: Texts) => new Map(Object.entries(values));
const stored = (values: Texts, rest: Partial<SeenStore> = {}): SeenStore => ({
  ...{ kind: 'present', mark: owner, fingerprints: of(values) },
  ...rest,
});
const sides = (rest: Partial<SyncSides>): SyncSides => ({
  ...{ owner, base: of({}), cluster: of({}), isInCluster: true },
  store: stored({}),
  ...rest,
});
const planned = (keys: Texts) => ({ kind: 'planned', keys: of(keys) });
const held = (reason: string) => ({ kind: 'held', reason });
const winner = (prefer: Resolution['prefer'], ...keys: readonly string[]): SyncRules => ({
  ...rules,
  resolution: { prefer, keys: keys.length === 0 ? undefined : new Set(keys) },
});

describe('a decision of a user about conflicts', () => {
  const all = sides({
    base: of({ a: '1', b: '1', c: '1' }),
    cluster: of({ a: '2', b: '2', c: '2' }),
    store: stored({ a: '3', b: '3', c: '1' }),
  });

  it.each([
    ['cluster', 'push'],
    ['store', 'pull'],
  ] as const)('lets the %s win, and leaves what is decided already', (prefer, decision) => {
    expect(planSync(all, winner(prefer))).toEqual(planned({ a: decision, b: decision, c: 'push' }));
  });

  it('is about the keys that it names', () => {
    expect(planSync(all, winner('store', 'a', 'c', 'absent'))).toEqual(
      planned({ a: 'pull', b: 'conflict', c: 'push' }),
    );
  });

  it('overrides the rule of the sync, for its keys', () => {
    const preferring = { ...winner('store', 'a'), onConflict: 'preferCluster' } as const;
    expect(planSync(all, preferring)).toEqual(planned({ a: 'pull', b: 'push', c: 'push' }));
  });

  it.each([
    ['push', 'store'],
    ['pull', 'cluster'],
  ] as const)('writes nothing in a direction that a %s does not have', (direction, prefer) => {
    const one = sides({ base: of({ a: '1' }), cluster: of({ a: '2' }), store: stored({ a: '3' }) });
    const given = { ...winner(prefer), direction };
    expect(planSync(one, given)).toEqual(planned({ a: 'conflict' }));
  });
});

describe('a decision of a user about a secret that is gone', () => {
  const base = of({ a: '1', b: '1' });
  const storeGone = sides({ base, cluster: base, store: stored({}, { kind: 'deleted' }) });
  const clusterGone = sides({ base, isInCluster: false, store: stored({ a: '1', b: '1' }) });

  it('has it written again by the side that wins', () => {
    expect(planSync(storeGone, winner('cluster'))).toEqual(planned({ a: 'push', b: 'push' }));
    expect(planSync(clusterGone, winner('store'))).toEqual(planned({ a: 'pull', b: 'pull' }));
  });

  it('deletes nothing on the other side', () => {
    expect(planSync(storeGone, winner('store'))).toEqual(held('StoreGone'));
    expect(planSync(clusterGone, winner('cluster'))).toEqual(held('ClusterGone'));
  });

  it('is for the whole secret: named keys are not enough', () => {
    expect(planSync(storeGone, winner('cluster', 'a', 'b'))).toEqual(held('StoreGone'));
    expect(planSync(clusterGone, winner('store', 'a', 'b'))).toEqual(held('ClusterGone'));
  });

  it('writes nothing against the direction of the sync', () => {
    const pushing = { ...winner('store'), direction: 'push' } as const;
    expect(planSync(clusterGone, pushing)).toEqual(planned({ a: 'retained', b: 'retained' }));
    const pulling = { ...winner('cluster'), direction: 'pull' } as const;
    expect(planSync(storeGone, pulling)).toEqual(planned({ a: 'retained', b: 'retained' }));
  });
});

describe('a decision of a user about many lost keys', () => {
  const values = { a: '1', b: '1', c: '1' };
  const wiped = (side: 'cluster' | 'store', fresh: Texts = {}) =>
    sides({
      base: of(values),
      cluster: of(side === 'cluster' ? { a: '1' } : { ...values, ...fresh }),
      store: stored(side === 'store' ? { a: '1' } : { ...values, ...fresh }),
    });

  it('carries out the deletions of the side that wins', () => {
    expect(planSync(wiped('cluster'), winner('cluster'))).toEqual(
      planned({ a: 'equal', b: 'push', c: 'push' }),
    );
    expect(planSync(wiped('store'), winner('store'))).toEqual(
      planned({ a: 'equal', b: 'pull', c: 'pull' }),
    );
  });

  it('writes the keys again that the other side has lost, and deletes none', () => {
    expect(planSync(wiped('cluster', { d: '1' }), winner('store'))).toEqual(
      planned({ a: 'equal', b: 'pull', c: 'pull', d: 'pull' }),
    );
    expect(planSync(wiped('store', { d: '1' }), winner('cluster'))).toEqual(
      planned({ a: 'equal', b: 'push', c: 'push', d: 'push' }),
    );
  });

  it('deletes none either if the sync may not write the side that has lost them', () => {
    const pushing = { ...winner('store'), direction: 'push' } as const;
    expect(planSync(wiped('cluster'), pushing)).toEqual(
      planned({ a: 'equal', b: 'retained', c: 'retained' }),
    );
  });

  it('is for all keys: named ones are not enough', () => {
    expect(planSync(wiped('cluster'), winner('cluster', 'b', 'c'))).toEqual(held('MassDeletion'));
  });
});

describe('a decision of a user about the first round', () => {
  const first = (cluster: Texts, store: Texts) =>
    sides({ base: undefined, cluster: of(cluster), store: stored(store, { mark: undefined }) });
  const differing = first({ a: '1', b: '1', c: '1' }, { a: '2', b: '2', d: '1' });

  it('lets one side win where both have values', () => {
    expect(planSync(differing, rules)).toEqual(held('FirstSync'));
    expect(planSync(differing, winner('cluster'))).toEqual(
      planned({ a: 'push', b: 'push', c: 'push', d: 'pull' }),
    );
    expect(planSync(differing, winner('store'))).toEqual(
      planned({ a: 'pull', b: 'pull', c: 'push', d: 'pull' }),
    );
  });

  it('must name all keys that differ', () => {
    expect(planSync(differing, winner('store', 'a'))).toEqual(held('FirstSync'));
    expect(planSync(differing, winner('store', 'a', 'b'))).toMatchObject({ kind: 'planned' });
  });

  it.each([{ onConflict: 'preferCluster' }, { firstSync: 'push' }] as const)(
    'overrides %j, which would let the other side win',
    (given) => {
      expect(planSync(differing, { ...winner('store'), ...given })).toMatchObject(
        planned({ a: 'pull', b: 'pull', c: 'push', d: 'pull' }),
      );
    },
  );
});

describe('a secret of another sync', () => {
  const of2 = (mark: SeenStore['mark'], rest: Partial<SyncSides> = {}) =>
    sides({
      base: undefined,
      cluster: of({ a: '1' }),
      store: stored({ a: '2' }, { mark }),
      ...rest,
    });

  it.each([other, { ...owner, namespaceUid: 'x' }, 'unreadable'] as const)(
    'is taken over by no decision of a user: %j',
    (mark) => {
      for (const prefer of ['cluster', 'store'] as const) {
        for (const keys of [[], ['a']]) {
          expect(planSync(of2(mark), winner(prefer, ...keys))).toEqual(held('OwnedElsewhere'));
        }
      }
    },
  );

  it('is taken over by its uid, and then by the rules of the sync', () => {
    const taking = { ...rules, takeOverFrom: 'other' };
    expect(planSync(of2(other), taking)).toEqual(held('FirstSync'));
    expect(planSync(of2(other), { ...taking, firstSync: 'push' })).toEqual(planned({ a: 'push' }));
    const known = of2(other, { base: of({ a: '2' }) });
    expect(planSync(known, taking)).toEqual(planned({ a: 'push' }));
  });

  it('is not taken over by the uid of somebody else, or if its mark cannot be read', () => {
    for (const [mark, takeOverFrom] of [
      [other, 'third'],
      ['unreadable', 'unreadable'],
      ['unreadable', undefined],
      [other, undefined],
      [other, ''],
    ] as const) {
      expect(planSync(of2(mark), { ...rules, takeOverFrom })).toEqual(held('OwnedElsewhere'));
    }
  });

  it('is not taken over either after it was deleted, and can be restored', () => {
    const deleted = stored({}, { kind: 'deleted', mark: other });
    expect(planSync(sides({ base: undefined, store: deleted }), winner('cluster'))).toEqual(
      held('OwnedElsewhere'),
    );
  });
});
