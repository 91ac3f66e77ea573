import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { type TreeNode, nodeName } from './domain/proof-plan.js';
import { placeOf, rootWithin } from './domain/tile-hashes.js';
import { TILE_WIDTH, tileWidth } from './domain/tile-path.js';
import { HASH_BYTES } from './domain/tree-hash.js';
import { LogDamaged } from './log-damaged.js';
import type { LogStore } from './log-store.js';

type Source = Pick<LogStore, 'tile' | 'leafHashes'>;

/**
 * Tiles of the tree, including partial ones, which are computed from lower levels. Roots of full
 * tiles are cached: a partial tile needs up to 255 of them.
 */
export class TileReader {
  readonly #source: Source;
  readonly #roots = new Map<string, Uint8Array>();

  constructor(source: Source) {
    this.#source = source;
  }

  /** Clears the cache; later reads use the database alone. */
  forget(): void {
    this.#roots.clear();
  }

  /** Returns this many hashes of an integrated tree's tile; throws LogDamaged if any is missing. */
  async tile(level: number, index: number, width: number): Promise<Uint8Array> {
    const stored = await this.#source.tile(level, index);
    if (stored !== undefined) return stored.subarray(0, width * HASH_BYTES);
    if (width === TILE_WIDTH) throw new LogDamaged(`tile ${level}/${index} is missing`);
    const first = index * TILE_WIDTH;
    if (level === 0) return this.#source.leafHashes(first, first + width);
    const roots: Uint8Array[] = [];
    for (let at = first; at < first + width; at += 1) roots.push(await this.#root(level - 1, at));
    return Buffer.concat(roots);
  }

  /** Returns the partial tile of each level of the tree of this size, from the leaves up. */
  async edge(size: number): Promise<readonly Uint8Array[]> {
    const tiles: Uint8Array[] = [];
    for (let level = 0, nodes = size; nodes > 0; level += 1) {
      const above = Math.floor(nodes / TILE_WIDTH);
      const width = nodes % TILE_WIDTH;
      tiles.push(width === 0 ? new Uint8Array() : await this.tile(level, above, width));
      nodes = above;
    }
    return tiles;
  }

  /** Returns the hashes of nodes of the tree of this size, by `nodeName`. */
  async nodes(nodes: readonly TreeNode[], size: number): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const tiles = new Map<string, Uint8Array>();
    for (const node of nodes) {
      const { level, index, from, count } = placeOf(node);
      const name = `${level}/${index}`;
      const width = tileWidth({ level, index }, size);
      const tile = tiles.get(name) ?? (await this.tile(level, index, width));
      tiles.set(name, tile);
      found.set(nodeName(node), rootWithin(tile, from, count));
    }
    return found;
  }

  async #root(level: number, index: number): Promise<Uint8Array> {
    const name = `${level}/${index}`;
    const known = this.#roots.get(name);
    if (known !== undefined) return known;
    const tile = await this.tile(level, index, TILE_WIDTH);
    const root = rootWithin(tile);
    if (this.#roots.size >= limits.auditTileRootsMax) this.#roots.clear();
    this.#roots.set(name, root);
    // Many are computed in a row if none are cached yet.
    await nextTurn();
    return root;
  }
}
