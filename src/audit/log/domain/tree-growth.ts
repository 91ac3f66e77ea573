import { Buffer } from 'node:buffer';
import { CompactRange } from './compact-range.js';
import { hashAt } from './tile-hashes.js';
import { TILE_WIDTH } from './tile-path.js';
import { HASH_BYTES, emptyRoot, foldHashes } from './tree-hash.js';

export interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

/** Partial tile of a level. */
interface Edge {
  readonly hashes: Uint8Array[];
  /** The tree over these hashes alone. */
  readonly range: CompactRange;
}

/** Tree that grows leaf by leaf, from the partial tiles at its right edge. */
export class TreeGrowth {
  readonly #edges: Edge[];
  #size: number;
  #filled: FullTile[] = [];

  /** `edges` has the partial tile of each level of the tree of `size`, empty if there is none. */
  constructor(size: number, edges: readonly Uint8Array[]) {
    this.#size = size;
    this.#edges = edges.map((tile) => {
      const edge = emptyEdge();
      for (let at = 0; at < tile.length / HASH_BYTES; at += 1) put(edge, hashAt(tile, at));
      return edge;
    });
  }

  /** Returns the number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Hashes of the partial tile of a level. */
  edge(level: number): readonly Uint8Array[] {
    return this.#edges[level]?.hashes ?? [];
  }

  append(leafHash: Uint8Array): void {
    this.#size += 1;
    this.#append(0, leafHash);
  }

  root(): Uint8Array {
    const subtrees = this.#edges.toReversed().flatMap(({ range }) => range.hashes);
    return foldHashes(subtrees) ?? emptyRoot();
  }

  /** Returns tiles that were filled since the last call. */
  takeFilled(): readonly FullTile[] {
    const filled = this.#filled;
    this.#filled = [];
    return filled;
  }

  #append(level: number, hash: Uint8Array): void {
    const edge = (this.#edges[level] ??= emptyEdge());
    put(edge, hash);
    if (edge.hashes.length < TILE_WIDTH) return;
    const index = Math.floor(this.#size / TILE_WIDTH ** (level + 1)) - 1;
    this.#filled.push({ level, index, hashes: Buffer.concat(edge.hashes) });
    this.#edges[level] = emptyEdge();
    this.#append(level + 1, edge.range.root());
  }
}

function emptyEdge(): Edge {
  return { hashes: [], range: new CompactRange() };
}

function put(edge: Edge, hash: Uint8Array): void {
  edge.hashes.push(hash);
  edge.range.append(hash);
}
