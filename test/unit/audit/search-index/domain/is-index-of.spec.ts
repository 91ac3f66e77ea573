import { expect, it } from 'vitest';
import { isIndexOf } from '../../../../../src/audit/search-index/domain/is-index-of.js';

const one = Uint8Array.of(1);
const other = Uint8Array.of(2);
const none = undefined;

it.each([
  ['with the entry that the index has last', { below: 5, hash: one }, { size: 9, hash: one }, true],
  ['that has another entry there', { below: 5, hash: one }, { size: 9, hash: other }, false],
  ['that has no entry there', { below: 5, hash: one }, { size: 9, hash: none }, false],
  ['that is as long as the index', { below: 9, hash: one }, { size: 9, hash: one }, true],
  ['that is shorter than the index', { below: 10, hash: one }, { size: 9, hash: one }, false],
  ['of which the index has nothing yet', { below: 0, hash: none }, { size: 9, hash: none }, true],
  ['whose entry is missing, as it was', { below: 5, hash: none }, { size: 9, hash: none }, true],
  ['that got an entry there', { below: 5, hash: none }, { size: 9, hash: one }, false],
])('an index fits a log %s: %j %j', (_, { below, hash }, { size, hash: found }, fits) => {
  const index = { indexedBelow: below, prunedBelow: 0, leafHash: hash };
  expect(isIndexOf(index, { size, prunedBelow: 0, leafHash: found })).toBe(fits);
});

it.each([
  ['as far as the index', { below: 512, pruned: 256, hash: one }, 256, one, true],
  ['further than the index', { below: 512, pruned: 0, hash: one }, 256, one, true],
  ['less far than the index', { below: 512, pruned: 512, hash: none }, 256, none, false],
  ['up to where the index is empty', { below: 256, pruned: 256, hash: none }, 256, none, true],
  ['beyond all that the index has', { below: 512, pruned: 0, hash: one }, 768, none, false],
  ['just all that the index has', { below: 512, pruned: 0, hash: one }, 512, none, false],
])('where a log is pruned %s', (_, { below, pruned, hash }, prunedBelow, leafHash, fits) => {
  const index = { indexedBelow: below, prunedBelow: pruned, leafHash: hash };
  expect(isIndexOf(index, { size: 1_000, prunedBelow, leafHash })).toBe(fits);
});
