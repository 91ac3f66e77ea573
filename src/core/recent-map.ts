export interface RecentMapOptions {
  readonly entriesMax: number;
  /** An entry stays for this time after it was last set, and at most twice as long. */
  readonly keptMs: number;
}

/**
 * Bounded map that forgets entries not set recently, in two generations. It is not one map whose
 * front entries are deleted: V8 steps over every deleted entry at each look-up of the front. With
 * that, a flood of random tokens took seconds.
 */
export class RecentMap<Key, Value> {
  readonly #options: RecentMapOptions;
  #current = new Map<Key, Value>();
  #previous = new Map<Key, Value>();
  #beganAtMs = 0;

  constructor(options: RecentMapOptions) {
    this.#options = options;
  }

  get(key: Key): Value | undefined {
    return this.#current.get(key) ?? this.#previous.get(key);
  }

  /** Sets an entry; `nowMs` must be of a monotonic clock. */
  set(key: Key, value: Value, nowMs: number): void {
    const { entriesMax, keptMs } = this.#options;
    const ageMs = nowMs - this.#beganAtMs;
    const isFull = this.#current.size >= entriesMax / 2 && !this.#current.has(key);
    if (isFull || ageMs >= keptMs) {
      this.#previous = ageMs >= 2 * keptMs ? new Map<Key, Value>() : this.#current;
      this.#current = new Map<Key, Value>();
      this.#beganAtMs = nowMs;
    }
    this.#current.set(key, value);
  }

  delete(key: Key): void {
    this.#current.delete(key);
    this.#previous.delete(key);
  }

  /** Returns the number of entries, at most `entriesMax`. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }
}
