import { describe, expect, it } from 'vitest';
import {
  bySecret,
  memberPlaces,
  onlyKeys,
  parseValuesEntry,
  requestsOf,
  valuesEntryReason,
} from '../../../../../src/secrets/domain/values/values-entry.js';

describe('an entry of a call for values', () => {
  it.each([
    ['db', { name: 'db' }],
    ['db.example', { name: 'db.example' }],
    ['db/password', { name: 'db', key: 'password' }],
    ['db/__proto__', { name: 'db', key: '__proto__' }],
    ['db/tls.key', { name: 'db', key: 'tls.key' }],
  ])('is a Secret or one key of it: %s', (text, entry) => {
    expect(valuesEntryReason(text)).toBeUndefined();
    expect(parseValuesEntry(text)).toEqual(entry);
  });

  it.each([
    '',
    '/',
    'db/',
    '/password',
    'DB',
    'db/a/b',
    'db/a b',
    'db/..',
    `db/${'k'.repeat(254)}`,
  ])('is refused with the rule that it breaks: %j', (text) => {
    expect(valuesEntryReason(text)).toEqual(expect.any(String));
  });
});

describe('entries of one Secret', () => {
  const entries = ['db/a', 'mail', 'db', 'db/b'].map(parseValuesEntry);

  it('are read together, and each keeps its place', () => {
    expect(bySecret(entries)).toEqual([
      {
        name: 'db',
        asked: [
          { place: 0, key: 'a' },
          { place: 2, key: undefined },
          { place: 3, key: 'b' },
        ],
      },
      { name: 'mail', asked: [{ place: 1, key: undefined }] },
    ]);
  });

  it('reach no more than their keys, unless one is the whole', () => {
    const [db, mail] = bySecret(entries);
    expect(db && onlyKeys(db)).toBeUndefined();
    expect(mail && onlyKeys(mail)).toBeUndefined();
    const [keys] = bySecret(['db/b', 'db/a'].map(parseValuesEntry));
    expect(keys && onlyKeys(keys)).toEqual(['b', 'a']);
  });
});

describe('members of documents of one Secret', () => {
  const member = (key: string, pointer: string) => ({ name: 'db', key, pointer });

  it('are named by key and pointer, unless their key is there as a whole', () => {
    const entries = [member('a.json', '/x'), member('a.json', '/y/0'), member('b.json', '/x')];
    const [members] = bySecret(entries);
    expect(members && onlyKeys(members)).toEqual(['a.json', 'b.json']);
    expect(members && memberPlaces(members)).toEqual(['a.json#/x', 'a.json#/y/0', 'b.json#/x']);
    const [both] = bySecret([...entries, { name: 'db', key: 'a.json' }]);
    expect(both && memberPlaces(both)).toEqual(['b.json#/x']);
  });

  it('are not named if an event has no room for all, which then says whole keys', () => {
    const many = Array.from({ length: 50 }, (_, at) => member('a', `/${'x'.repeat(100)}${at}`));
    const [members] = bySecret(many);
    expect(members && memberPlaces(members)).toEqual([]);
  });

  it('count as more requests than keys', () => {
    const entries = [{ name: 'db' }, { name: 'db', key: 'a' }, member('a', '/x')];
    expect(requestsOf(entries)).toBe(1 + 1 + 16);
    expect(requestsOf([member('a.yaml', '/x')])).toBe(64);
  });
});
