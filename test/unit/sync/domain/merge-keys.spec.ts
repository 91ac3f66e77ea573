import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isMassDeletion,
  type KeyDecision,
  type KeySides,
  mergeKey,
  mergeKeys,
  type MergeRules,
} from '../../../../src/sync/domain/merge-keys.js';

const both: MergeRules = { direction: 'both', onConflict: 'hold', onDelete: 'delete' };
const sides = (base?: string, cluster?: string, store?: string): KeySides => ({
  base,
  cluster,
  store,
});

describe('a key', () => {
  const none = undefined;
  it.each<[string, KeySides, KeyDecision]>([
    ['is equal on both sides', sides('a', 'a', 'a'), 'equal'],
    ['is new and equal on both sides', sides(none, 'a', 'a'), 'equal'],
    ['was deleted on both sides', sides('a', none, none), 'equal'],
    ['has changed in the cluster', sides('a', 'b', 'a'), 'push'],
    ['has changed in the store', sides('a', 'a', 'b'), 'pull'],
    ['is new in the cluster', sides(none, 'a', none), 'push'],
    ['is new in the store', sides(none, none, 'a'), 'pull'],
    ['was deleted in the cluster', sides('a', none, 'a'), 'push'],
    ['was deleted in the store', sides('a', 'a', none), 'pull'],
    ['has changed on both sides', sides('a', 'b', 'c'), 'conflict'],
    ['is new and different', sides(none, 'b', 'c'), 'conflict'],
    ['was deleted in the cluster and changed in the store', sides('a', none, 'c'), 'conflict'],
    ['was changed in the cluster and deleted in the store', sides('a', 'b', none), 'conflict'],
  ])('that %s', (_what, one, decision) => {
    expect(mergeKey(one, both)).toBe(decision);
  });

  it.each<[Partial<MergeRules>, KeySides, KeyDecision]>([
    [{ direction: 'push' }, sides('a', 'a', 'b'), 'conflict'],
    [{ direction: 'push', onConflict: 'preferCluster' }, sides('a', 'a', 'b'), 'push'],
    [{ direction: 'push', onConflict: 'preferStore' }, sides('a', 'a', 'b'), 'conflict'],
    [{ direction: 'pull' }, sides('a', 'b', 'a'), 'conflict'],
    [{ direction: 'pull', onConflict: 'preferStore' }, sides('a', 'b', 'a'), 'pull'],
    [{ direction: 'pull', onConflict: 'preferCluster' }, sides('a', 'b', 'a'), 'conflict'],
    [{ direction: 'pull' }, sides(undefined, 'own', undefined), 'retained'],
    [
      { direction: 'pull', onConflict: 'preferStore' },
      sides(undefined, 'own', undefined),
      'retained',
    ],
    [{ direction: 'push' }, sides(undefined, undefined, 'own'), 'retained'],
    [{ direction: 'pull' }, sides('a', 'a', 'b'), 'pull'],
    [{ direction: 'push' }, sides('a', 'b', 'a'), 'push'],
    [{ onConflict: 'preferCluster' }, sides('a', 'b', 'c'), 'push'],
    [{ onConflict: 'preferStore' }, sides('a', 'b', 'c'), 'pull'],
    [{ onDelete: 'retain' }, sides('a', undefined, 'a'), 'retained'],
    [{ onDelete: 'retain' }, sides('a', 'a', undefined), 'retained'],
    [{ onDelete: 'retain', onConflict: 'preferStore' }, sides('a', 'b', undefined), 'retained'],
    [{ onDelete: 'retain' }, sides('a', 'b', 'a'), 'push'],
  ])('by %j: %j', (rules, one, decision) => {
    expect(mergeKey(one, { ...both, ...rules })).toBe(decision);
  });

  it('is in a plan by its name', () => {
    const all = new Map([
      ['a', sides('1', '2', '1')],
      ['b', sides('1', '1', '1')],
    ]);
    expect([...mergeKeys(all, both, both)]).toEqual([
      ['a', 'push'],
      ['b', 'equal'],
    ]);
  });
});

describe('whatever is written on both sides', () => {
  const fingerprint = fc.constantFrom(undefined, 'a', 'b', 'c');
  const anySides = fc.record({ base: fingerprint, cluster: fingerprint, store: fingerprint });
  const anyRules = fc.record<MergeRules>({
    direction: fc.constantFrom('push', 'pull', 'both'),
    onConflict: fc.constantFrom('hold', 'preferCluster', 'preferStore'),
    onDelete: fc.constantFrom('retain', 'delete'),
  });

  it('is equal after one write, and stays so', () => {
    fc.assert(
      fc.property(anySides, anyRules, (one, rules) => {
        const decision = mergeKey(one, rules);
        if (decision !== 'push' && decision !== 'pull') return;
        const value = decision === 'push' ? one.cluster : one.store;
        const after = { base: value, cluster: value, store: value };
        expect(mergeKey(after, rules)).toBe('equal');
      }),
    );
  });

  it('is never written in a direction that the sync has not', () => {
    fc.assert(
      fc.property(anySides, anyRules, (one, rules) => {
        const decision = mergeKey(one, rules);
        if (rules.direction === 'push') expect(decision).not.toBe('pull');
        if (rules.direction === 'pull') expect(decision).not.toBe('push');
      }),
    );
  });

  it('overwrites no value that one side alone has changed, unless the rules prefer the other', () => {
    fc.assert(
      fc.property(anySides, anyRules, (one, rules) => {
        const decision = mergeKey(one, rules);
        const overwritten = decision === 'push' ? one.store : one.cluster;
        const isWritten = decision === 'push' || decision === 'pull';
        if (!isWritten || overwritten === one.base) return;
        const preferred = decision === 'push' ? 'preferCluster' : 'preferStore';
        expect(rules.onConflict).toBe(preferred);
      }),
    );
  });

  it('deletes no key that was never on both sides', () => {
    fc.assert(
      fc.property(anySides, anyRules, ({ cluster, store }, rules) => {
        const decision = mergeKey({ base: undefined, cluster, store }, rules);
        if (decision === 'push') expect(cluster).toBeDefined();
        if (decision === 'pull') expect(store).toBeDefined();
      }),
    );
  });

  it('deletes nothing if deletions are retained', () => {
    fc.assert(
      fc.property(anySides, anyRules, (one, rules) => {
        const decision = mergeKey(one, { ...rules, onDelete: 'retain' });
        if (decision === 'push') expect(one.cluster).toBeDefined();
        if (decision === 'pull') expect(one.store).toBeDefined();
      }),
    );
  });
});

describe('keys that are gone together', () => {
  const of = (gone: number, left: number) =>
    new Map([
      ...Array.from({ length: gone }, (_, at) => [`g${at}`, sides('a', 'a', undefined)] as const),
      ...Array.from({ length: left }, (_, at) => [`l${at}`, sides('a', 'a', 'a')] as const),
    ]);

  it.each([
    [1, 0, true],
    [1, 1, false],
    [2, 2, false],
    [2, 1, true],
    [3, 0, true],
    [0, 3, false],
  ])('%i of them, and %i not: a sign of a wipe: %s', (gone, left, isSign) => {
    expect(isMassDeletion(of(gone, left), 'store')).toBe(isSign);
    expect(isMassDeletion(of(gone, left), 'cluster')).toBe(false);
  });

  it('does not count keys that were never on both sides', () => {
    const fresh = Array.from({ length: 9 }, (_, at) => [`n${at}`, sides(undefined, 'x')] as const);
    expect(isMassDeletion(new Map([...of(1, 2), ...fresh]), 'store')).toBe(false);
  });
});
