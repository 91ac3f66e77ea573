import { expect, it } from 'vitest';
import { hashAt, placeOf, rootWithin } from '../../../../../src/audit/log/domain/tile-hashes.js';
import { hex, referenceRoot, someLeaves } from './reference-tree.js';

const leaves = someLeaves(256);
const tile = Buffer.concat(leaves);

it('finds nodes in the tile of their level', () => {
  expect(placeOf({ level: 0, index: 300 })).toEqual({ level: 0, index: 1, from: 44, count: 1 });
  expect(placeOf({ level: 7, index: 3 })).toEqual({ level: 0, index: 1, from: 128, count: 128 });
  expect(placeOf({ level: 8, index: 3 })).toEqual({ level: 1, index: 0, from: 3, count: 1 });
  expect(placeOf({ level: 23, index: 2 })).toEqual({ level: 2, index: 1, from: 0, count: 128 });
});

it('folds a part of a tile, or all of it', () => {
  expect(hex(rootWithin(tile))).toBe(hex(referenceRoot(leaves)));
  expect(hex(rootWithin(tile, 64, 8))).toBe(hex(referenceRoot(leaves.slice(64, 72))));
  expect(hex(rootWithin(tile, 9, 1))).toBe(hex(leaves[9] ?? tile));
});

it('does not take what the tile does not have', () => {
  expect(() => hashAt(tile.subarray(0, 40), 1)).toThrow(RangeError);
});
