import { limits } from '../core/limits.js';

/** Shared copies of equal values: most Secrets have the namespace and keys of others. */
export class SharedValues<Value> {
  #values = new Map<string, Value>();

  /** Returns the stored value of an equal text; else stores and returns the given value. */
  of(text: string, value: Value): Value {
    if (text.length > limits.cacheSharedCharactersMax) return value;
    const known = this.#values.get(text);
    if (known !== undefined) return known;
    if (this.#values.size >= limits.cacheSharedValuesMax) this.#values = new Map();
    this.#values.set(text, value);
    return value;
  }
}
