import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncedKeys } from '../../../../src/sync/domain/synced-keys.js';

const of = (values: Readonly<Record<string, string>>) => new Map(Object.entries(values));
const renaming = new SyncedKeys([{ name: 'password', remote: 'PASSWORD' }, { name: 'user' }]);
const swapping = new SyncedKeys([
  { name: 'a', remote: 'b' },
  { name: 'b', remote: 'a' },
]);

describe('the keys of a sync', () => {
  it('are those of a list, by their names on each side', () => {
    expect(renaming.ofCluster(of({ password: '1', user: '2', own: '3' }))).toEqual(
      of({ password: '1', user: '2' }),
    );
    expect(renaming.ofStore(of({ PASSWORD: '1', user: '2', password: '3' }))).toEqual(
      of({ password: '1', user: '2' }),
    );
  });

  it('leave all other members of the store as they are', () => {
    const stored = of({ PASSWORD: 'old', password: 'theirs', more: 'theirs' });
    expect(renaming.inStore(of({ password: 'new' }), stored)).toEqual(
      of({ password: 'theirs', more: 'theirs', PASSWORD: 'new' }),
    );
  });

  it('that are not among the synced values any more leave the store', () => {
    const stored = of({ PASSWORD: 'old', user: 'me', more: 'theirs' });
    expect(renaming.inStore(of({ user: 'me' }), stored)).toEqual(
      of({ user: 'me', more: 'theirs' }),
    );
  });

  it('exchange their names both ways', () => {
    expect(swapping.ofStore(of({ a: '1', b: '2' }))).toEqual(of({ b: '1', a: '2' }));
    expect(swapping.inStore(of({ a: '1', b: '2' }), of({ a: 'x' }))).toEqual(
      of({ a: '2', b: '1' }),
    );
  });

  it('are all of both sides without a list', () => {
    const all = new SyncedKeys(undefined);
    expect(all.ofCluster(of({ a: '1' }))).toEqual(of({ a: '1' }));
    expect(all.ofStore(of({ b: '1' }))).toEqual(of({ b: '1' }));
    expect(all.inStore(of({ a: '1' }), of({ b: '2' }))).toEqual(of({ a: '1' }));
  });

  it('may have names that objects have by themselves', () => {
    const odd = new SyncedKeys([
      { name: 'constructor' },
      { name: '__proto__', remote: 'toString' },
    ]);
    const values = new Map([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['hasOwnProperty', '3'],
    ]);
    expect([...odd.ofCluster(values)]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
    expect([...odd.inStore(odd.ofCluster(values), new Map())]).toEqual([
      ['toString', '1'],
      ['constructor', '2'],
    ]);
    expect([...odd.ofStore(new Map([['toString', '4']]))]).toEqual([['__proto__', '4']]);
  });

  it('come back from the store as they were put there', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
    const values = fc.uniqueArray(fc.tuple(names, fc.string()), { selector: ([name]) => name });
    fc.assert(
      fc.property(values, values, (synced, stored) => {
        for (const keys of [
          swapping,
          new SyncedKeys([{ name: 'a' }, { name: 'c', remote: 'd' }]),
        ]) {
          const own = keys.ofCluster(new Map(synced));
          const after = keys.inStore(own, new Map(stored));
          expect(keys.ofStore(after)).toEqual(own);
        }
      }),
    );
  });
});
