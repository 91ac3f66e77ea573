/**
 * Storage of GraphiQL, with the methods of `localStorage`. It ends with the page: GraphiQL writes
 * queries, variables and headers to its storage, and these may contain values of Secrets.
 */
export class MemoryStorage {
  #items = new Map();

  get length() {
    return this.#items.size;
  }

  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#items.set(key, String(value));
  }

  removeItem(key) {
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
  }
}
