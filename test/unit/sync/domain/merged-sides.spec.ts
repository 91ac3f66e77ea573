import { expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { KeyDecision } from '../../../../src/sync/domain/merge-keys.js';
import { mergedSide, rebased, type SideValues } from '../../../../src/sync/domain/merged-sides.js';

const values = (texts: Readonly<Record<string, string>>): SideValues =>
  new Map(
    Object.entries(texts).map(([key, one]) => [key, SecretValue.fromBytes(Buffer.from(one))]),
  );
const decisions = (all: Readonly<Record<string, KeyDecision>>) => new Map(Object.entries(all));
const textsOf = (side: SideValues) =>
  Object.fromEntries([...side].map(([key, value]) => [key, value.revealText()]));

it('gets the keys of its direction, and keeps all others', () => {
  const own = values({ own: '1', changed: '1', gone: '1' });
  const other = values({ changed: '2', fresh: '2' });
  const keys = decisions({
    own: 'retained',
    changed: 'push',
    gone: 'push',
    fresh: 'push',
    held: 'conflict',
  });
  const { values: merged, isChanged } = mergedSide(own, other, keys, 'push');
  expect(textsOf(merged)).toEqual({ own: '1', changed: '2', fresh: '2' });
  expect(isChanged).toBe(true);
  const unchanged = mergedSide(own, other, keys, 'pull');
  expect(textsOf(unchanged.values)).toEqual({ own: '1', changed: '1', gone: '1' });
  expect(unchanged.isChanged).toBe(false);
});

it('remembers what is equal now, and leaves the rest as it was', () => {
  const base = new Map([
    ['same', '1'],
    ['gone', '1'],
    ['held', '1'],
  ]);
  const now = new Map([
    ['same', '2'],
    ['fresh', '3'],
    ['held', '9'],
  ]);
  const next = rebased(base, now, ['same', 'gone', 'fresh']);
  expect(Object.fromEntries(next)).toEqual({ same: '2', held: '1', fresh: '3' });
  expect(rebased(undefined, now, [])).toEqual(new Map());
});
