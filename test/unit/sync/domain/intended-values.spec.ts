import { describe, expect, it } from 'vitest';
import {
  baseWith,
  intendedAfter,
  intendedBefore,
  intendedBy,
  type IntendedValue,
} from '../../../../src/sync/domain/intended-values.js';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';

type Texts = Readonly<Record<string, string>>;
const sidesOf = (cluster: Texts, store: Texts) => ({
  cluster: new Map(Object.entries(cluster)),
  store: new Map(Object.entries(store)),
});
const pull = (key: string, fingerprint: string | undefined): IntendedValue => {
  return { key, side: 'cluster', fingerprint };
};
const push = (key: string, fingerprint: string | undefined): IntendedValue => {
  return { key, side: 'store', fingerprint };
};
const keysOf = (keys: Readonly<Record<string, KeyDecision>>) => new Map(Object.entries(keys));

describe('the last common value of a key', () => {
  const base = new Map([['a', '0']]);

  it.each<[string, readonly IntendedValue[], Texts, Texts, Texts]>([
    ['was pulled', [pull('a', '1')], { a: '1' }, { a: '2' }, { a: '1' }],
    ['was not pulled', [pull('a', '1')], { a: '0' }, { a: '1' }, { a: '0' }],
    ['was pushed', [push('a', '1')], { a: '2' }, { a: '1' }, { a: '1' }],
    ['was not pushed', [push('a', '1')], { a: '1' }, { a: '0' }, { a: '0' }],
    ['was removed', [pull('a', undefined)], {}, { a: '2' }, {}],
    ['was new', [pull('b', '1')], { a: '0', b: '1' }, { a: '0' }, { a: '0', b: '1' }],
    ['was one of two', [pull('a', '1'), pull('a', '2')], { a: '1' }, { a: '3' }, { a: '1' }],
  ])('is the one that %s', (_what, intended, cluster, store, expected) => {
    const found = baseWith(base, intended, sidesOf(cluster, store));
    expect(Object.fromEntries(found ?? [])).toEqual(expected);
  });

  it('stays unknown if nothing was written', () => {
    expect(baseWith(undefined, [pull('a', '1')], sidesOf({}, { a: '1' }))).toBeUndefined();
    expect(baseWith(base, [], sidesOf({}, {}))).toBe(base);
  });
});

describe('the intentions of a look', () => {
  const keys = keysOf({ a: 'push', b: 'pull', c: 'equal', d: 'conflict', e: 'pull' });
  const sides = sidesOf({ a: '1', b: '1', c: '1', d: '1', e: '1' }, { b: '2', c: '1', d: '2' });

  it('are what it writes, after earlier ones whose end is not known', () => {
    const before = [pull('c', '0'), push('d', '0'), pull('b', '2'), pull('gone', '0')];
    expect(intendedBy(keys, sides, before)).toEqual([
      ...[push('d', '0'), push('a', '1'), pull('b', '2'), pull('e', undefined)],
    ]);
  });

  it('are few for each key, the last ones', () => {
    const before = ['1', '3', '4', '5', '6'].map((fingerprint) => pull('b', fingerprint));
    const of = intendedBy(keysOf({ b: 'pull' }), sides, before);
    expect(of.map(({ fingerprint }) => fingerprint)).toEqual(['4', '5', '6', '2']);
  });

  it('are those from before if the write is refused', () => {
    const before = [push('d', '0'), pull('b', '2')];
    expect(intendedBefore(intendedBy(keys, sides, before), before)).toEqual([
      ...[push('d', '0'), pull('b', '2')],
    ]);
  });

  it('end when the side was written', () => {
    const all = intendedBy(keys, sides, []);
    expect(intendedAfter(all, keys, 'push')).toEqual([pull('b', '2'), pull('e', undefined)]);
    expect(intendedAfter(all, keys, 'pull')).toEqual([push('a', '1')]);
  });
});
