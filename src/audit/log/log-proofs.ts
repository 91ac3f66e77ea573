import { planConsistency, planInclusion, planRoot, proofHashes } from './domain/proof-plan.js';
import { emptyRoot } from './domain/tree-hash.js';
import type { TileReader } from './tile-reader.js';

/** Proofs about the tree, from its tiles; each throws LogDamaged if tiles are missing. */
export class LogProofs {
  readonly #tiles: TileReader;

  constructor(tiles: TileReader) {
    this.#tiles = tiles;
  }

  /** Proves that the leaf is in the tree: hashes from its sibling up, and its own. */
  async inclusion(index: number, size: number) {
    const plan = planInclusion(index, size);
    const leaf = { level: 0, index };
    const hashes = await this.#tiles.nodes([leaf, ...plan.flat()], size);
    const [leafHash = emptyRoot()] = proofHashes([[leaf]], hashes);
    return { leafHash, hashes: proofHashes(plan, hashes) };
  }

  /** Proves that the tree of size `from` is the beginning of the tree of size `to`. */
  async consistency(from: number, to: number): Promise<readonly Uint8Array[]> {
    const plan = planConsistency(from, to);
    return proofHashes(plan, await this.#tiles.nodes(plan.flat(), to));
  }

  async root(size: number): Promise<Uint8Array> {
    if (size === 0) return emptyRoot();
    const plan = planRoot(size);
    const [root = emptyRoot()] = proofHashes([plan], await this.#tiles.nodes(plan, size));
    return root;
  }
}
