import { limits } from '../core/limits.js';

/** Values that say the same as one value: most Secrets have the namespace and keys of others. */
export class SharedValues<Value> {
  #values = new Map<string, Value>();

  /** The value that was kept of this text, which says all of it; else that which is given. */
  of(text: string, value: Value): Value {
    if (text.length > limits.cacheSharedCharactersMax) return value;
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (this.#values.size >= limits.cacheSharedValuesMax) this.#values = new Map();
    this.#values.set(text, value);
    return value;
  }
}
