import { expect, it } from 'vitest';
import { addedUse } from '../../../../src/encryption/domain/added-use.js';

it('adds up what is under each key, and keeps keys that only one kind is under', () => {
  const versions = new Map([
    ['a', 2],
    ['b', 1],
  ]);
  const runs = new Map([
    ['b', 3],
    ['c', 4],
  ]);
  expect(addedUse(versions, runs)).toEqual(
    new Map([
      ['a', 2],
      ['b', 4],
      ['c', 4],
    ]),
  );
  expect(addedUse()).toEqual(new Map());
});
