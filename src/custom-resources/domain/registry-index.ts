import type { ObjectRegistry, ParsedObject } from './object-registry.js';

type Place = Pick<ParsedObject['object'], 'namespace' | 'name'>;

/** Index of the objects of a registry by keys of their specs; it follows the registry. */
export class RegistryIndex<T extends ParsedObject> {
  readonly #registry: Pick<ObjectRegistry<T>, 'get' | 'onChange'>;
  readonly #keysOf: (parsed: T) => readonly string[];
  /** Objects by their place, by key. */
  readonly #byKey = new Map<string, Map<string, T>>();
  /** Keys under which each object is listed, by its place. */
  readonly #listed = new Map<string, readonly string[]>();

  constructor(
    registry: Pick<ObjectRegistry<T>, 'get' | 'onChange'>,
    keysOf: (parsed: T) => readonly string[],
  ) {
    this.#registry = registry;
    this.#keysOf = keysOf;
    registry.onChange(({ object }) => this.#list(object));
  }

  /** Returns the objects that have a key now, in no order. */
  of(key: string): readonly T[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  #list(object: Place): void {
    const place = placeKey(object);
    const parsed = this.#registry.get(object);
    for (const key of this.#listed.get(place) ?? []) this.#remove(key, place);
    this.#listed.delete(place);
    if (parsed === undefined) return;
    const keys = this.#keysOf(parsed);
    if (keys.length > 0) this.#listed.set(place, keys);
    for (const key of keys) {
      const objects = this.#byKey.get(key) ?? new Map<string, T>();
      this.#byKey.set(key, objects.set(place, parsed));
    }
  }

  #remove(key: string, place: string): void {
    const objects = this.#byKey.get(key);
    objects?.delete(place);
    if (objects?.size === 0) this.#byKey.delete(key);
  }
}

/** Returns the key of a place: neither of its names contains a `/`. */
export function placeKey({ namespace, name }: Place): string {
  return `${namespace}/${name}`;
}
