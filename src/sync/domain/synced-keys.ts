import { remoteOf, type SyncedKey } from './sync-spec.js';

type Values<T> = ReadonlyMap<string, T>;

/** Keys of a sync, by their names on both sides; without a list, all keys under equal names. */
export class SyncedKeys {
  readonly #remoteByName: ReadonlyMap<string, string> | undefined;
  readonly #nameByRemote: ReadonlyMap<string, string> | undefined;

  constructor(keys: readonly SyncedKey[] | undefined) {
    this.#remoteByName = keys && new Map(keys.map((key) => [key.name, remoteOf(key)]));
    this.#nameByRemote = keys && new Map(keys.map((key) => [remoteOf(key), key.name]));
  }

  /** Returns those values of a Secret that are synced. */
  ofCluster<T>(values: Values<T>): Values<T> {
    return renamed(values, this.#remoteByName && identity(this.#remoteByName.keys()));
  }

  /** Returns the synced values of a secret in the store, by their names in the cluster. */
  ofStore<T>(values: Values<T>): Values<T> {
    return renamed(values, this.#nameByRemote);
  }

  /** Returns a secret for the store: the synced values, and all others as they are there. */
  inStore<T>(synced: Values<T>, stored: Values<T>): Values<T> {
    const others = [...stored].filter(([remote]) => !this.#isSynced(remote));
    return new Map([...others, ...renamed(synced, this.#remoteByName)]);
  }

  #isSynced(remote: string): boolean {
    return this.#nameByRemote === undefined || this.#nameByRemote.has(remote);
  }
}

function identity(names: Iterable<string>): ReadonlyMap<string, string> {
  return new Map([...names].map((name) => [name, name]));
}

/** Returns the values that have a name in `names`, under that name; all if there are no names. */
function renamed<T>(values: Values<T>, names: ReadonlyMap<string, string> | undefined): Values<T> {
  if (names === undefined) return values;
  return new Map(
    [...values].flatMap(([name, value]) => {
      const other = names.get(name);
      return other === undefined ? [] : [[other, value] as const];
    }),
  );
}
