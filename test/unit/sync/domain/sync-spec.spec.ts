import { describe, expect, it } from 'vitest';
import {
  conflictRule,
  directionsOf,
  remoteOf,
  syncSpecOf,
} from '../../../../src/sync/domain/sync-spec.js';
import { aSync } from './sync.builder.js';

const problemOf = (spec: Readonly<Record<string, unknown>>) => aSync(spec).problem ?? '';
const perKey = { name: 'db', format: 'perKey' };

describe('a sync', () => {
  it('has the defaults of the definition, of which none overwrites or deletes', () => {
    expect(aSync().spec).toEqual({
      ...{ secretName: 'db', storeName: 'bao', serviceAccountName: 'sync' },
      ...{ remote: { name: 'db', format: 'json' }, direction: 'both' },
      ...{ firstSync: 'fail', onConflict: 'hold', onDelete: 'retain' },
    });
  });

  it.each([
    ['secretName', { secretName: 'DB' }],
    ['secretName', { secretName: 'a/b' }],
    ['storeName', { storeName: '../bao' }],
    ['serviceAccountName', { serviceAccountName: 'a/token' }],
    ['serviceAccountName', { serviceAccountName: 'pay:sync' }],
    ['remote/name', { remote: { name: '../shop/db' } }],
    ['remote/name', { remote: { name: 'a%2Fb' } }],
    ['remote/name', { remote: { name: '' } }],
    ['remote/format', { remote: { name: 'db', format: 'text' } }],
    ['keys', { remote: perKey }],
    ['keys/0', { remote: perKey, keys: [{ name: 'a', remote: '../a' }] }],
    ['keys/1', { remote: perKey, keys: [{ name: 'a' }, { name: 'b', remote: 'a%2Fb' }] }],
    ['keys/0', { remote: perKey, keys: [{ name: 'a', remote: 'a/'.repeat(16) + 'a' }] }],
    ['keys/0', { remote: { ...perKey, name: 'a'.repeat(511) }, keys: [{ name: 'bb' }] }],
    ['remote/takeOverFrom', { remote: { name: 'db', takeOverFrom: 'a/b' } }],
    ['remote/takeOverFrom', { remote: { name: 'db', takeOverFrom: '' } }],
    ['remote/takeOverFrom', { remote: { name: 'db', takeOverFrom: 'a'.repeat(65) } }],
    ['direction', { direction: 'none' }],
    ['firstSync', { firstSync: 'overwrite' }],
    ['onConflict', { onConflict: 'newest' }],
    ['onDelete', { onDelete: 'purge' }],
    ['adopt', { adopt: 'a'.repeat(257) }],
  ])('with a wrong %s has a problem and no effect: %j', (place, spec) => {
    expect(aSync(spec).spec).toBeUndefined();
    expect(problemOf(spec)).toContain(`/${place}`);
  });

  it('has a secret for each key only if it names the keys, with any plain names', () => {
    const keys = [{ name: 'a' }, { name: 'b', remote: 'more/B_+=@.-' }];
    expect(aSync({ remote: perKey, keys }).spec).toMatchObject({ remote: perKey, keys });
    const odd = { name: 'a', remote: 'any text/..' };
    expect(problemOf({ keys: [odd] })).toBe('');
  });

  it('with a member that nobody knows has no effect', () => {
    expect(aSync({ dryRun: true }).spec).toBeUndefined();
  });

  it.each([
    ['push', ['push'], ['pull']],
    ['pull', ['pull'], ['push']],
    ['both', ['push', 'pull'], []],
  ] as const)('that goes %s lets first win only a side that wins', (direction, ways, never) => {
    expect(directionsOf({ direction })).toEqual(ways);
    for (const firstSync of ['fail', 'merge', ...ways]) {
      expect(problemOf({ direction, firstSync })).toBe('');
    }
    for (const firstSync of never) {
      expect(problemOf({ direction, firstSync })).toBe(
        `/firstSync: must not be ${firstSync} if direction is ${direction}`,
      );
    }
  });

  it('loses what a write ignores', () => {
    const { spec } = aSync({ keys: [{ name: 'a' }], adopt: 'x' });
    if (spec === undefined) throw new Error('the spec is valid');
    expect(syncSpecOf({ ...spec, state: 'InSync', author: 'jane' })).toEqual(spec);
  });
});

describe('the keys of a sync', () => {
  it('have the same name in the store unless another one is given', () => {
    expect(remoteOf({ name: 'password' })).toBe('password');
    expect(remoteOf({ name: 'password', remote: 'DB PASSWORD / 1' })).toBe('DB PASSWORD / 1');
    expect(problemOf({ keys: [{ name: '__proto__' }, { name: 'constructor' }] })).toBe('');
  });

  it.each([
    ['none', [], '/keys'],
    ['a key twice', [{ name: 'a' }, { name: 'a', remote: 'b' }], 'names the same key twice'],
    ['two keys in one place', [{ name: 'a', remote: 'b' }, { name: 'b' }], 'same remote key twice'],
    ['a name that no Secret has', [{ name: 'a/b' }], '/keys/0/name'],
    ['an empty name in the store', [{ name: 'a', remote: '' }], '/keys/0/remote'],
    ['a long name in the store', [{ name: 'a', remote: 'a'.repeat(254) }], '/keys/0/remote'],
    ['too many', Array.from({ length: 101 }, (_, at) => ({ name: `k${at}` })), '/keys'],
  ])('are not %s', (_what, keys, problem) => {
    expect(aSync({ keys }).spec).toBeUndefined();
    expect(problemOf({ keys })).toContain(problem);
  });

  it('may exchange their names', () => {
    const keys = [
      { name: 'a', remote: 'b' },
      { name: 'b', remote: 'a' },
    ];
    expect(problemOf({ keys })).toBe('');
  });
});

it.each([
  ['hold', true, 'hold'],
  ['preferCluster', true, 'preferCluster'],
  ['preferStore', false, 'preferStore'],
  ['preferCluster', false, 'hold'],
] as const)('onConflict %s with a store that keeps history %s is %s', (onConflict, has, rule) => {
  expect(conflictRule({ onConflict }, has)).toBe(rule);
});
