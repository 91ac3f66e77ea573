import { describe, expect, it } from 'vitest';
import {
  announcedKeys,
  keysAfter,
  touchedKeys,
} from '../../../../../src/kubectl/domain/forward/touched-keys.js';

const names = ['sent'];
const none = { names, others: 'none' } as const;
const gone = { names, others: 'gone' } as const;
const any = { names, others: 'any' } as const;
const states = { before: ['was', 'stays'], after: ['sent', 'stays'] };

describe('the keys of a write', () => {
  it.each([
    ['those that are named', none, ['sent']],
    ['all there may be, where others may go', gone, ['*', 'sent']],
    ['all there may be, where any may be touched', any, ['*', 'sent']],
  ])('are announced as %s', (_title, sent, keys) => {
    expect(announcedKeys(sent)).toEqual(keys);
  });

  it.each([
    ['those that are named', none, states, ['sent']],
    ['besides those that are gone', gone, states, ['sent', 'was']],
    ['all that were there or are', any, states, ['sent', 'stays', 'was']],
    [
      'all there may be, not knowing what was',
      gone,
      { ...states, before: undefined },
      ['*', 'sent'],
    ],
    [
      'all there may be, beside those that are, not knowing what was',
      any,
      { ...states, before: undefined },
      ['*', 'sent', 'stays'],
    ],
    [
      'all there may be, not knowing what is',
      gone,
      { ...states, after: undefined },
      ['*', 'sent', 'stays', 'was'],
    ],
  ])('are afterwards %s', (_title, sent, known, keys) => {
    expect(touchedKeys(sent, known)).toEqual(keys);
  });
});

describe('an answer to a write', () => {
  const secret = { kind: 'Secret', metadata: { name: 'db' }, data: { a: '', b: '' } };

  it.each([
    ['the Secret', secret, ['a', 'b']],
    ['a Secret without keys', { kind: 'Secret' }, []],
    [
      'a table with the Secret',
      { kind: 'Table', rows: [{ cells: [], object: secret }] },
      ['a', 'b'],
    ],
  ])('names its keys where it is %s', (_title, document, keys) => {
    expect(keysAfter(document)).toEqual(keys);
  });

  it.each([
    ['metadata alone', { kind: 'PartialObjectMetadata', metadata: { name: 'db' } }],
    ['a table without it', { kind: 'Table', rows: [{ cells: [], object: null }] }],
    ['a list', { kind: 'SecretList', items: [secret, secret] }],
    ['a Status', { kind: 'Status' }],
    ['nothing', undefined],
  ])('names none where it is %s', (_title, document) => {
    expect(keysAfter(document)).toBeUndefined();
  });
});
