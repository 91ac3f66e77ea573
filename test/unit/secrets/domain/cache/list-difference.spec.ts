import { describe, expect, it } from 'vitest';
import type { CachedSecret } from '../../../../../src/secrets/domain/cache/cached-secret.js';
import {
  listDifference,
  stepsBetween,
} from '../../../../../src/secrets/domain/cache/list-difference.js';
import { cachedSecret } from './cached-secret.builder.js';

const named = (...secrets: readonly CachedSecret[]) =>
  new Map(secrets.map((secret) => [secret.name, secret]));

describe('between two states of one name', () => {
  const first = cachedSecret({ uid: 'a', version: 1 });
  const later = cachedSecret({ uid: 'a', version: 2 });
  const restored = cachedSecret({ uid: 'a', version: 1, data: { key: 'other' } });
  const other = cachedSecret({ uid: 'b', version: 3 });

  it.each([
    ['nothing, where there was nothing', undefined, undefined, []],
    ['nothing, where it is the same', first, cachedSecret({ uid: 'a', version: 1 }), []],
    ['a beginning', undefined, first, [{ before: undefined, after: first }]],
    ['an end', first, undefined, [{ before: first, after: undefined }]],
    ['a change', first, later, [{ before: first, after: later }]],
    [
      'a change, where one version has two contents',
      first,
      restored,
      [{ before: first, after: restored }],
    ],
    [
      'an end and a beginning, where it is another object',
      first,
      other,
      [
        { before: first, after: undefined },
        { before: undefined, after: other },
      ],
    ],
  ])('lies %s', (_, before, after, expected) => {
    expect(stepsBetween(before, after)).toEqual(expected);
  });
});

it('tells what differs between two lists, in the order of names', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => cachedSecret({ name }));
  const changed = cachedSecret({ name: 'b', version: 2 });
  const remade = cachedSecret({ name: 'a', uid: 'another', version: 3 });
  const added = cachedSecret({ name: '0', version: 4 });
  if (a === undefined || b === undefined || c === undefined) throw new Error('no Secrets');
  const steps = listDifference(named(c, b, a), named(c, changed, remade, added));
  expect(steps).toEqual([
    { before: undefined, after: added },
    { before: a, after: undefined },
    { before: undefined, after: remade },
    { before: b, after: changed },
  ]);
});
