import { describe, expect, it } from 'vitest';
import {
  bySecret,
  onlyKeys,
  parseValuesEntry,
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
