/** Listeners by key; a removed listener is not retained. */
export class Listeners<Key> {
  readonly #byKey = new Map<Key, Set<() => void>>();
  readonly #onFault: (error: unknown) => void;

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  get count(): number {
    return [...this.#byKey.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Adds a listener, which is called until the returned function is called. */
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
    // A listener that is added during the calls must not receive this event.
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
