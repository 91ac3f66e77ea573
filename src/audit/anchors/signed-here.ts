import type { StoredCheckpoint } from '../log/log-store.js';
import type { AnchorCall, ReadableAnchor } from './anchor.js';
import { type AnchoredTree, isSameTree } from './domain/anchored-tree.js';

/**
 * What this process has signed last: an anchor that nobody else can write, and that ends with it.
 * Another process may have signed more before a rollback, and so it is that tree whose loss an
 * operator accepts: a new acceptance of as many entries or more gives this one up as well.
 */
export class SignedHere implements ReadableAnchor {
  readonly place = 'memory';
  #newest: StoredCheckpoint | undefined;
  /** Accepted before what is remembered was signed, and so nothing to do with it. */
  #former: readonly AnchoredTree[] = [];
  readonly #onGivenUp: () => void;

  constructor(onGivenUp: () => void) {
    this.#onGivenUp = onGivenUp;
  }

  get newest(): StoredCheckpoint | undefined {
    return this.#newest;
  }

  put(checkpoint: StoredCheckpoint): Promise<void> {
    this.#newest = checkpoint;
    return Promise.resolve();
  }

  held({ accepted }: Pick<AnchorCall, 'accepted'>): Promise<readonly AnchoredTree[]> {
    const size = this.#newest?.size ?? 0;
    const isGivenUp = accepted.some(
      (tree) => tree.size >= size && !this.#former.some((former) => isSameTree(former, tree)),
    );
    if (isGivenUp && this.#newest !== undefined) {
      this.#newest = undefined;
      this.#onGivenUp();
    }
    if (this.#newest === undefined) this.#former = accepted;
    return Promise.resolve(this.#newest === undefined ? [] : [this.#newest]);
  }
}
