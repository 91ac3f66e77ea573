/**
 * Limit of streams that record reveals: together they leave room in the trail's queue for all other
 * calls.
 */
export class RevealLimiter {
  readonly #countMax: number;
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Runs `record`, which writes this number of events, when there is room for them. */
  async run<T>(count: number, record: () => Promise<T>): Promise<T> {
    while (this.#count > 0 && this.#count + count > this.#countMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#count += count;
    try {
      return await record();
    } finally {
      this.#count -= count;
      // All of them check again, the first to come first.
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}
