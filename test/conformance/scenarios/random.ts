/** Numbers that look random and are the same in every run (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer from 0 to `count` - 1. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  isOne(outOf: number): boolean {
    return this.below(outOf) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** One to `max` of the values, in their own order. */
  some<T>(values: readonly T[], max: number): readonly T[] {
    const wanted = new Set(Array.from({ length: 1 + this.below(max) }, () => this.pick(values)));
    return values.filter((value) => wanted.has(value));
  }
}
