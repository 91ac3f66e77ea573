/**
 * Turns of streams that write down what they show: together they leave room in the queue of the
 * trail for everybody else.
 */
export class RevealLimiter {
  readonly #countMax: number;
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** Runs `record`, which writes so many events, when there is room for them. */
  async run<T>(count: number, record: () => Promise<T>): Promise<T> {
    while (this.#count > 0 && this.#count + count > this.#countMax) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#count += count;
    try {
      return await record();
    } finally {
      this.#count -= count;
      // All of them look again: those who came first are first.
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}
