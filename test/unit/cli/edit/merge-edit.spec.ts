import { SecretBytes } from '@sallyport/client';
import { assert, constantFrom, dictionary, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedKeys, mergeEdit } from '../../../../src/cli/edit/merge-edit.js';

type Texts = Readonly<Record<string, string>>;
const values = (texts: Texts) =>
  new Map(
    Object.entries(texts).map(([key, text]) => {
      return [key, new SecretBytes(new TextEncoder().encode(text))] as const;
    }),
  );
const texts = (map: ReadonlyMap<string, SecretBytes>) =>
  Object.fromEntries([...map].map(([key, value]) => [key, value.revealText()]));
const merge = (base: Texts, mine: Texts, theirs: Texts) => {
  const merged = mergeEdit({ base: values(base), mine: values(mine), theirs: values(theirs) });
  return [texts(merged.values), merged.conflicts];
};

describe('a merge', () => {
  it.each<[string, Texts, Texts, Texts, Texts, readonly string[]]>([
    ['no change', { a: '1' }, { a: '1' }, { a: '1' }, { a: '1' }, []],
    ['a change of the user', { a: '1' }, { a: '2' }, { a: '1' }, { a: '2' }, []],
    ['a change of others', { a: '1' }, { a: '1' }, { a: '2' }, { a: '2' }, []],
    [
      'other keys on each side',
      { a: '1', b: '1' },
      { a: '2', b: '1' },
      { a: '1', b: '2' },
      { a: '2', b: '2' },
      [],
    ],
    ['the same change', { a: '1' }, { a: '2' }, { a: '2' }, { a: '2' }, []],
    ['different changes', { a: '1' }, { a: '2' }, { a: '3' }, { a: '2' }, ['a']],
    ['a new key of the user', {}, { a: '1' }, {}, { a: '1' }, []],
    ['a new key of others', {}, {}, { a: '1' }, { a: '1' }, []],
    ['a key that both add', {}, { a: '1' }, { a: '2' }, { a: '1' }, ['a']],
    ['a removal of the user', { a: '1' }, {}, { a: '1' }, {}, []],
    ['a removal of others', { a: '1' }, { a: '1' }, {}, {}, []],
    ['two removals', { a: '1' }, {}, {}, {}, []],
    ['a removal and a change', { a: '1' }, {}, { a: '2' }, {}, ['a']],
    ['a change and a removal', { a: '1' }, { a: '2' }, {}, { a: '2' }, ['a']],
  ])('of %s', (_what, base, mine, theirs, ...expected) => {
    expect(merge(base, mine, theirs)).toEqual(expected);
  });

  it('loses no change of either side without a conflict', () => {
    const states = dictionary(constantFrom('a', 'b', 'c'), constantFrom('1', '2', '3'));
    assert(
      property(states, states, states, (base, mine, theirs) => {
        const [merged, conflicts] = merge(base, mine, theirs) as [Texts, readonly string[]];
        for (const key of ['a', 'b', 'c'].filter((one) => !conflicts.includes(one))) {
          if (mine[key] !== base[key]) expect(merged[key]).toBe(mine[key]);
          if (theirs[key] !== base[key]) expect(merged[key]).toBe(theirs[key]);
        }
      }),
    );
  });
});

describe('the changes', () => {
  it('are those of keys that differ', () => {
    const changed = changedKeys(
      values({ a: '1', b: '1', c: '1' }),
      values({ a: '1', b: '2', d: '3' }),
    );
    const found = [...changed].map(([key, value]) => [key, value?.revealText()]);
    expect(found).toEqual([
      ['b', '2'],
      ['c', undefined],
      ['d', '3'],
    ]);
  });
});
