import type { TreeNode } from './proof-plan.js';
import { TILE_HEIGHT, TILE_WIDTH } from './tile-path.js';
import { HASH_BYTES, nodeHash } from './tree-hash.js';

/** Position of a tree node: a number of hashes in a tile, folded. */
export interface TilePlace {
  readonly level: number;
  readonly index: number;
  /** Index of the first hash in the tile. */
  readonly from: number;
  readonly count: number;
}

export function placeOf({ level, index }: TreeNode): TilePlace {
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count;
  return {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor(first / TILE_WIDTH),
    from: first % TILE_WIDTH,
    count,
  };
}

/** Returns one hash of a tile, as a view on it; throws RangeError if the tile has fewer. */
export function hashAt(tile: Uint8Array, at: number): Uint8Array {
  const hash = tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  if (hash.length !== HASH_BYTES) throw new RangeError(`the tile has no hash ${at}`);
  return hash;
}

/** Returns the root over `count` hashes of a tile, a power of two. */
export function rootWithin(tile: Uint8Array, from = 0, count = TILE_WIDTH): Uint8Array {
  if (count === 1) return hashAt(tile, from);
  const half = count / 2;
  return nodeHash(rootWithin(tile, from, half), rootWithin(tile, from + half, half));
}

/** Returns the first hash in which two tiles differ, or one ends; undefined if equal. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const bytes = one.length === other.length ? one.length : Math.min(one.length, other.length) + 1;
  for (let at = 0; at < bytes; at += 1) {
    if (one[at] !== other[at]) return Math.floor(at / HASH_BYTES);
  }
  return undefined;
}
