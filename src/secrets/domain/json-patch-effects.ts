import type { SecretValue } from '../../core/secret-value.js';
import type { PatchOperation } from './json-patch-operation.js';

/**
 * Effects of a JSON patch on keys, operation by operation. A copied or renamed value keeps its
 * origin. Otherwise `move` and then `test` would reveal facts about a key that the caller may not
 * read.
 */
export class KeyEffects {
  readonly #touched = new Set<string>();
  readonly #removed = new Set<string>();
  readonly #read = new Set<string>();
  readonly #carried = new Set<string>();
  readonly #set = new Map<string, SecretValue>();
  readonly #origins = new Map<string, ReadonlySet<string>>();

  apply({ op, path, from, value }: PatchOperation): void {
    if (path.map !== 'data') return;
    this.#touched.add(path.key);
    if (from !== undefined) this.#touched.add(from.key);
    if (op === 'test') this.#reads(path.key);
    else if (op === 'remove') this.#forget(path.key);
    else if (from !== undefined) this.#carry(op, from.key, path.key);
    else if (typeof value === 'object') this.#give(path.key, value);
  }

  summary() {
    return {
      touched: [...this.#touched].toSorted(),
      removed: [...this.#removed].toSorted(),
      read: [...this.#read].toSorted(),
      carried: [...this.#carried].toSorted(),
      set: new Map(this.#set),
    };
  }

  #reads(key: string): void {
    for (const origin of this.#originsOf(key)) this.#read.add(origin);
  }

  #give(key: string, value: SecretValue): void {
    this.#set.set(key, value);
    this.#removed.delete(key);
    // The caller knows the given value; the key itself still counts if `test` names it.
    this.#origins.set(key, new Set([key]));
  }

  #carry(op: PatchOperation['op'], from: string, to: string): void {
    if (op === 'copy') this.#reads(from);
    const value = this.#set.get(from);
    if (value === undefined) this.#carried.add(from);
    const origins = new Set([...this.#originsOf(from), to]);
    if (op === 'move') this.#forget(from);
    if (value === undefined) this.#set.delete(to);
    else this.#set.set(to, value);
    this.#removed.delete(to);
    this.#origins.set(to, origins);
  }

  #forget(key: string): void {
    this.#set.delete(key);
    this.#removed.add(key);
    this.#origins.delete(key);
  }

  #originsOf(key: string): ReadonlySet<string> {
    return this.#origins.get(key) ?? new Set([key]);
  }
}
