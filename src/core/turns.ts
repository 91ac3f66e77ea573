import { SallyportError } from './errors/sallyport-error.js';

/** Lets so many run at a time; a bounded number of others wait, in order. */
export class Turns {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  readonly #what: string;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnceMax: number, waitingMax: number, what: string) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
    this.#what = what;
  }

  /** Throws TooManyRequests where too many wait already. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnceMax) this.#running += 1;
    else await this.#wait();
    try {
      return await job();
    } finally {
      // Whoever waits longest takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new SallyportError('TooManyRequests', `too many ${this.#what} at once`, {
        headers: { 'retry-after': '5' },
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
