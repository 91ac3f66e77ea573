import { SallyportError } from './errors/sallyport-error.js';

/** Concurrency limiter; a limited number of other jobs wait, in order. */
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

  /** Runs a job. Throws TooManyRequests if too many jobs already wait. */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnceMax) this.#running += 1;
    else await this.#wait();
    try {
      return await job();
    } finally {
      // The job that has waited longest takes the slot.
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
