import { SallyportError } from './errors/sallyport-error.js';
import { limits } from './limits.js';

const mebibyte = 1024 * 1024;

/** The bytes of text that one operation may answer with, charged before any of it is rendered. */
export class AnswerBudget {
  readonly #bytesMax: number;
  #leftBytes: number;
  #isExceeded = false;

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

  #tooLarge(): SallyportError {
    const max = `${this.#bytesMax / mebibyte} MiB`;
    return new SallyportError('TooLarge', `the answer has more than ${max}: ask for less`);
  }
}
