import { emptyRoot, foldHashes, nodeHash } from './tree-hash.js';

interface Subtree {
  /** The subtree has 2 to the power of this leaves. */
  readonly level: number;
  readonly hash: Uint8Array;
}

/** Tree over the first leaves of a log, of which only the right edge is stored. */
export class CompactRange {
  readonly #subtrees: Subtree[] = [];
  #size = 0;

  /** Returns the number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** Returns hashes of the perfect subtrees, largest first: all that is needed to continue. */
  get hashes(): readonly Uint8Array[] {
    return this.#subtrees.map(({ hash }) => hash);
  }

  /**
   * Adds the next leaf, or the root of the next 2^level leaves; throws RangeError if such a subtree
   * cannot begin here.
   */
  append(added: Uint8Array, addedLevel = 0): void {
    if (this.#size % 2 ** addedLevel !== 0) {
      throw new RangeError(`no subtree of level ${addedLevel} begins at ${this.#size}`);
    }
    let level = addedLevel;
    let hash = added;
    for (let left = this.#subtrees.at(-1); left?.level === level; left = this.#subtrees.at(-1)) {
      hash = nodeHash(left.hash, hash);
      level += 1;
      this.#subtrees.pop();
    }
    this.#subtrees.push({ level, hash });
    this.#size += 2 ** addedLevel;
  }

  root(): Uint8Array {
    return foldHashes(this.hashes) ?? emptyRoot();
  }
}
