/** Lists that are kept, and how long one may be, in characters. */
const LISTS_MAX = 1_000;
const CHARACTERS_MAX = 256;

/** Lists of names, one for all that say the same: most Secrets have the keys that others have. */
export class SharedNames {
  #lists = new Map<string, readonly string[]>();

  /** The names, sorted by code unit; not to be changed. */
  sorted(names: readonly string[]): readonly string[] {
    const sorted = names.toSorted();
    // No name of a key has a line break.
    const text = sorted.join('\n');
    if (text.length > CHARACTERS_MAX) return sorted;
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    if (this.#lists.size >= LISTS_MAX) this.#lists = new Map();
    this.#lists.set(text, sorted);
    return sorted;
  }
}
