import { limits } from '../core/limits.js';

/** Lists of names, one for all that say the same: most Secrets have the keys that others have. */
export class SharedNames {
  #lists = new Map<string, readonly string[]>();

  /** The names, sorted by code unit; not to be changed. */
  sorted(names: readonly string[]): readonly string[] {
    const sorted = names.toSorted();
    // No name of a key has a line break.
    const text = sorted.join('\n');
    if (text.length > limits.cacheSharedNamesCharactersMax) return sorted;
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    if (this.#lists.size >= limits.cacheSharedNamesMax) this.#lists = new Map();
    this.#lists.set(text, sorted);
    return sorted;
  }
}
