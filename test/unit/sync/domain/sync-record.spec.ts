import { describe, expect, it } from 'vitest';
import { nothingRemembered, type Remembered } from '../../../../src/sync/domain/sync-memory.js';
import {
  parseSyncRecord,
  placeHash,
  recordOf,
  rememberedIn,
  type SyncPlace,
} from '../../../../src/sync/domain/sync-record.js';
import { aStore, openbao } from './sync.builder.js';

describe('the memory of a sync', () => {
  it('is what was recorded', () => {
    const record = { place: 'hash', base: [['password', 'ab12']] };
    expect(parseSyncRecord(record)).toEqual(record);
    expect([parseSyncRecord(null), parseSyncRecord(undefined)]).toEqual([undefined, undefined]);
  });

  it('remembers what was saved, also in the shape that had a base alone', () => {
    const remembered: Remembered = {
      base: new Map([['__proto__', 'ab']]),
      lost: [{ key: 'gone', side: 'store', observer: 'one', sinceMs: 5 }],
      storeState: { version: '2@then', changedAt: 'then', keyTimes: new Map([['a', 'then']]) },
      tookOver: 'uid-of-other',
      replaced: '1@before',
      intended: [
        { key: 'a', side: 'store', fingerprint: 'ab' },
        { key: 'gone', side: 'cluster', fingerprint: undefined },
      ],
      origins: ['aaaaaaaaaaaa'],
      pending: {
        ...{ expectedVersion: undefined, idempotencyToken: 'a' },
        keys: [{ key: 'k', expectedVersion: '1', idempotencyToken: 'b' }],
      },
    };
    const record = recordOf(remembered, {
      ...{ place: 'hash', saved: 'one' },
      sync: { namespace: 'pay', name: 'db' },
    });
    const stored = JSON.parse(JSON.stringify(record)) as object;
    expect(rememberedIn(parseSyncRecord({ ...stored }) ?? record)).toEqual(remembered);
    expect(rememberedIn({ place: 'hash', base: [['a', 'ab']] })).toEqual({
      ...nothingRemembered,
      base: new Map([['a', 'ab']]),
    });
  });

  it('has keys of any name', () => {
    const base = [
      ['__proto__', 'ab'],
      ['constructor', 'cd'],
    ];
    const parsed = parseSyncRecord({ place: 'hash', base });
    expect(parsed?.base).toEqual(base);
  });

  it.each([{}, { place: 'x' }, { place: 1, base: [] }, { place: 'x', base: [['a', 1]] }])(
    'is not taken for something else: %j',
    (facts) => {
      expect(() => parseSyncRecord({ ...facts })).toThrow(Error);
    },
  );
});

describe('the place of a secret', () => {
  const storeOf = (spec: object) => {
    const { spec: parsed } = aStore({ ...spec });
    if (parsed === undefined) throw new Error('the spec is valid');
    return parsed;
  };
  const place: SyncPlace = {
    ...{ store: storeOf({}), storeUid: 'store', remoteName: 'k8s/pay/db', secretName: 'db' },
    ...{ format: 'json', keys: undefined },
  };
  const hash = placeHash(place);

  it.each<[string, Partial<SyncPlace>]>([
    ['server', { store: storeOf({ openbao: { ...openbao, url: 'https://other.example' } }) }],
    ['mount', { store: storeOf({ openbao: { ...openbao, mount: 'kv' } }) }],
    ['store of the same name', { storeUid: 'other' }],
    ['name in the store', { remoteName: 'k8s/pay/other' }],
    ['format', { format: 'perKey' }],
    ['Secret', { secretName: 'other' }],
    ['name of a key in the store', { keys: [{ name: 'a', remote: 'b' }] }],
  ])('is another one with another %s', (_what, change) => {
    expect(placeHash({ ...place, ...change })).not.toBe(hash);
  });

  it('does not change with the credential, the pace, or what others may do', () => {
    const jwt = { mount: 'k8s', role: 'other', audience: 'x' };
    const store = storeOf({ openbao: { ...openbao, auth: { jwt } }, poll: '1h', allow: [] });
    expect(placeHash({ ...place, store })).toBe(hash);
  });

  it('does not change with the keys that are synced, nor with their order', () => {
    const [a, b] = [
      { name: 'a', remote: 'A' },
      { name: 'b', remote: 'B' },
    ];
    expect(placeHash({ ...place, keys: [{ name: 'a' }, { name: 'b', remote: 'b' }] })).toBe(hash);
    expect(placeHash({ ...place, keys: [a, b] })).toBe(placeHash({ ...place, keys: [b, a] }));
  });
});
