/** Names in the order in which the API server lists them; each once. */
export class OrderedNames {
  #names: string[];

  /** `names` are in order, and each is there once. */
  constructor(names: readonly string[] = []) {
    this.#names = [...names];
  }

  get length(): number {
    return this.#names.length;
  }

  at(index: number): string | undefined {
    return this.#names[index];
  }

  add(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] !== name) this.#names.splice(index, 0, name);
  }

  remove(name: string): void {
    const index = this.#indexOf(name);
    if (this.#names[index] === name) this.#names.splice(index, 1);
  }

  /** Returns the index of the first name after this name; `length` if there is none. */
  indexAfter(name: string): number {
    const index = this.#indexOf(name);
    return this.#names[index] === name ? index + 1 : index;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#names.values();
  }

  /** Returns the index of the first name that is not lower. Names are ASCII: order is by bytes. */
  #indexOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    // Names that arrive in order, as in lists, are appended.
    if ((this.#names.at(-1) ?? '') < name) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? '') < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
