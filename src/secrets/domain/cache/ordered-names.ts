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

  /** Where the first name behind this one is; `length` where there is none. */
  indexAfter(name: string): number {
    const index = this.#indexOf(name);
    return this.#names[index] === name ? index + 1 : index;
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#names.values();
  }

  /** Of the first name that is no lower. Names are ASCII, so that this is the order of bytes. */
  #indexOf(name: string): number {
    let low = 0;
    let high = this.#names.length;
    // What comes in order is put at the end, as lists are.
    if ((this.#names.at(-1) ?? '') < name) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#names[middle] ?? '') < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
