export interface RecentMapOptions {
  readonly entriesMax: number;
  /** An entry is kept so long after it was last set, and at most twice as long. */
  readonly keptMs: number;
}

/**
 * A bounded map that forgets what was not set lately, in two generations. Not one map from whose
 * front entries are deleted: V8 steps over every deleted one again each time it looks there, which
 * made a flood of random tokens cost seconds.
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

  /** `nowMs` is that of a clock that never goes back. */
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

  /** Entries kept now, at most `entriesMax`. */
  get size(): number {
    return this.#current.size + this.#previous.size;
  }
}
