import { SallyportError } from './errors/sallyport-error.js';
import { limits } from './limits.js';

const mebibyte = 1024 * 1024;

/** The bytes of text that one operation may answer with, charged before any of it is rendered. */
export class AnswerBudget {
  readonly #bytesMax: number;
  #leftBytes: number;
  #isExceeded = false;
  #reading = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(bytesMax: number = limits.valuesBytesMax) {
    this.#bytesMax = bytesMax;
    this.#leftBytes = bytesMax;
  }

  /** Takes bytes as they will be written. Throws TooLarge where fewer are left. */
  charge(bytes: number): void {
    if (bytes > this.#leftBytes) {
      this.#isExceeded = true;
      throw this.#tooLarge();
    }
    this.#leftBytes -= bytes;
  }

  /** Throws TooLarge once something did not fit: nothing further is read for this answer. */
  requireRoom(): void {
    if (this.#isExceeded) throw this.#tooLarge();
  }

  /**
   * Runs a read of values, few of one operation at a time: aliases would start all of theirs before
   * the first is charged. Throws TooLarge in place of a read once something did not fit.
   */
  async read<T>(run: () => Promise<T>): Promise<T> {
    if (this.#reading < limits.valueReadsConcurrentMax) this.#reading += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      this.requireRoom();
      return await run();
    } finally {
      // The read that waits longest takes this place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#reading -= 1;
      else next();
    }
  }

  #tooLarge(): SallyportError {
    const max = `${this.#bytesMax / mebibyte} MiB`;
    return new SallyportError('TooLarge', `the answer has more than ${max}: ask for less`);
  }
}
