import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planSync,
  type SeenStore,
  type SyncRules,
  type SyncSides,
} from '../../../../src/sync/domain/plan-sync.js';

const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const other = { ...owner, syncUid: 'other' };
const rules: SyncRules = {
  ...{ direction: 'both', onConflict: 'hold', onDelete: 'delete', firstSync: 'fail' },
};
const of = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));
const stored = (
  values: Readonly<Record<string, string>>,
  rest: Partial<SeenStore> = {},
): SeenStore => ({ kind: 'present', mark: owner, fingerprints: of(values), ...rest });
const sides = (rest: Partial<SyncSides>): SyncSides => ({
  ...{ owner, base: of({}), cluster: of({}), isInCluster: true },
  store: stored({}),
  ...rest,
});
const planned = (keys: Readonly<Record<string, string>>) => ({ kind: 'planned', keys: of(keys) });
const held = (reason: string) => ({ kind: 'held', reason });

describe('a round', () => {
  it('decides about each key of either side, and of the last common state', () => {
    const all = sides({
      base: of({ same: '1', pushed: '1', pulled: '1' }),
      cluster: of({ same: '1', pushed: '2', pulled: '1', fresh: '1' }),
      store: stored({ same: '1', pushed: '1', pulled: '2' }),
    });
    expect(planSync(all, rules)).toEqual(
      planned({ same: 'equal', pushed: 'push', pulled: 'pull', fresh: 'push' }),
    );
  });

  it.each([
    ['has the mark of another sync', other],
    ['has a mark that cannot be read', 'unreadable'],
  ] as const)('takes no secret that %s, but may read it', (_what, mark) => {
    const all = sides({ base: undefined, store: stored({ key: '1' }, { mark }) });
    for (const direction of ['push', 'both'] as const) {
      expect(planSync(all, { ...rules, direction })).toEqual(held('OwnedElsewhere'));
    }
    expect(planSync(all, { ...rules, direction: 'pull' })).toEqual(planned({ key: 'pull' }));
  });

  it.each(['absent', 'deleted'] as const)(
    'deletes nothing because the secret in the store is %s',
    (kind) => {
      const store = stored({}, { kind, mark: owner });
      const all = sides({ base: of({ key: '1' }), cluster: of({ key: '1' }), store });
      expect(planSync(all, rules)).toEqual(held('StoreGone'));
    },
  );

  it('writes nothing if the store shows an older state, until a user decides', () => {
    const store = stored({ key: '1' }, { isOutdated: true });
    const all = sides({ base: of({ key: '2' }), cluster: of({ key: '2' }), store });
    expect(planSync(all, rules)).toEqual(held('StoreOutdated'));
    const resolution = { prefer: 'store', keys: undefined } as const;
    expect(planSync(all, { ...rules, resolution })).toEqual(planned({ key: 'pull' }));
  });

  it('deletes nothing because the Secret is not in the cluster', () => {
    const all = sides({ base: of({ key: '1' }), isInCluster: false, store: stored({ key: '1' }) });
    expect(planSync(all, rules)).toEqual(held('ClusterGone'));
  });

  it('deletes the only key of neither side', () => {
    const base = of({ key: '1' });
    const gone = sides({ base, cluster: base, store: stored({}) });
    expect(planSync(gone, rules)).toEqual(held('MassDeletion'));
    expect(planSync(sides({ base, store: stored({ key: '1' }) }), rules)).toEqual(
      held('MassDeletion'),
    );
  });

  it.each(['store', 'cluster'] as const)(
    'deletes nothing if the %s has lost most of the keys, but one of many',
    (side) => {
      const values = { a: '1', b: '1', c: '1' };
      const all = (left: Readonly<Record<string, string>>) =>
        sides({
          base: of(values),
          cluster: of(side === 'cluster' ? left : values),
          store: stored(side === 'store' ? left : values),
        });
      expect(planSync(all({ a: '1' }), rules)).toEqual(held('MassDeletion'));
      const decision = side === 'store' ? 'pull' : 'push';
      expect(planSync(all({ a: '1', b: '1' }), rules)).toEqual(
        planned({ a: 'equal', b: 'equal', c: decision }),
      );
      const retaining = planSync(all({ a: '1' }), { ...rules, onDelete: 'retain' });
      expect(retaining).toEqual(planned({ a: 'equal', b: 'retained', c: 'retained' }));
    },
  );
});

describe('the first round', () => {
  const first = (cluster: Readonly<Record<string, string>>, store: SeenStore) =>
    sides({ base: undefined, cluster: of(cluster), store });
  const unmarked = (values: Readonly<Record<string, string>>) =>
    stored(values, { mark: undefined });

  it('writes a secret that the store has not', () => {
    const absent = stored({}, { kind: 'absent', mark: undefined });
    expect(planSync(first({ a: '1' }, absent), rules)).toEqual(planned({ a: 'push' }));
  });

  it('takes over equal values, and adds what one side alone has', () => {
    const all = first({ a: '1', b: '1' }, unmarked({ a: '1', c: '1' }));
    expect(planSync(all, rules)).toEqual(planned({ a: 'equal', b: 'push', c: 'pull' }));
  });

  it.each([
    ['fail', held('FirstSync')],
    ['push', planned({ a: 'push' })],
    ['pull', planned({ a: 'pull' })],
    ['merge', planned({ a: 'conflict' })],
  ] as const)('with %s for values that differ', (firstSync, plan) => {
    const all = first({ a: '1' }, unmarked({ a: '2' }));
    expect(planSync(all, { ...rules, firstSync })).toEqual(plan);
  });

  it.each([
    ['push', false, 'present'],
    ['pull', true, 'absent'],
    ['pull', true, 'deleted'],
    ['both', false, 'absent'],
  ] as const)('with %s has nothing to do without a secret to read', (direction, isIn, kind) => {
    const store = stored(kind === 'present' ? { a: '1' } : {}, { kind, mark: undefined });
    const all = { ...first(isIn ? { a: '1' } : {}, store), isInCluster: isIn };
    for (const base of [undefined, of({})]) {
      expect(planSync({ ...all, base }, { ...rules, direction })).toEqual(held('NothingToSync'));
    }
  });

  it.each([
    ['fail', 'conflict'],
    ['push', 'push'],
    ['pull', 'pull'],
    ['merge', 'pull'],
  ] as const)('with %s is also that of a key which was never equal', (firstSync, decision) => {
    const all = sides({
      base: of({ old: '1' }),
      cluster: of({ old: '2', fresh: '1' }),
      store: stored({ old: '3', fresh: '2' }),
    });
    const given = { ...rules, firstSync, onConflict: 'preferStore' } as const;
    expect(planSync(all, given)).toEqual(planned({ old: 'pull', fresh: decision }));
  });

  it('is held with an empty memory as well: an absent secret was no agreement', () => {
    const all = { ...first({ a: '1' }, unmarked({ a: '2' })), base: of({}) };
    expect(planSync(all, { ...rules, onConflict: 'preferStore' })).toEqual(held('FirstSync'));
  });

  it('never deletes, whatever its rules are', () => {
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
    const anyRules = fc.record<SyncRules>({
      direction: fc.constantFrom('push', 'pull', 'both'),
      onConflict: fc.constantFrom('hold', 'preferCluster', 'preferStore'),
      onDelete: fc.constantFrom('retain', 'delete'),
      firstSync: fc.constantFrom('fail', 'pull', 'push', 'merge'),
    });
    fc.assert(
      fc.property(values, values, anyRules, (cluster, store, given) => {
        const plan = planSync(first(cluster, unmarked(store)), given);
        if (plan.kind === 'held') return;
        for (const [key, decision] of plan.keys) {
          if (decision === 'push') expect(cluster[key]).toBeDefined();
          if (decision === 'pull') expect(store[key]).toBeDefined();
        }
      }),
    );
  });
});

it('converges with any writes of both sides, and then writes nothing', () => {
  const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3'));
  fc.assert(
    fc.property(values, values, values, (base, cluster, store) => {
      const given = { ...rules, onConflict: 'preferStore' } as const;
      const all = sides({ base: of(base), cluster: of(cluster), store: stored(store) });
      const plan = planSync(all, given);
      if (plan.kind === 'held') return;
      const after = [...plan.keys].flatMap(([key, decision]) => {
        const value = decision === 'push' ? cluster[key] : store[key];
        return value === undefined ? [] : [[key, value] as const];
      });
      const common = new Map(after);
      const equal = { ...stored({}), fingerprints: common };
      const next = planSync(sides({ base: common, cluster: common, store: equal }), given);
      expect(next).toEqual({
        kind: 'planned',
        keys: new Map(after.map(([key]) => [key, 'equal'])),
      });
    }),
  );
});
