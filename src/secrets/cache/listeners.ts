/** Who wants to be told, by what about; nobody is kept who has been told to go. */
export class Listeners<Key> {
  readonly #byKey = new Map<Key, Set<() => void>>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get count(): number {
    return [...this.#byKey.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Told again and again, until what is returned is called. */
  add(key: Key, listener: () => void): () => void {
    const listeners = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byKey.get(key) === listeners) this.#byKey.delete(key);
    };
  }

  tell(key: Key): void {
    // Who is added meanwhile has nothing to hear of this.
    for (const listener of [...(this.#byKey.get(key) ?? [])]) this.#call(listener);
  }

  tellThose(isConcerned: (key: Key) => boolean): void {
    for (const key of [...this.#byKey.keys()].filter(isConcerned)) this.tell(key);
  }

  #call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
