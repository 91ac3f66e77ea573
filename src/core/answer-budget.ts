import { SallyportError, toSallyportError } from './errors/sallyport-error.js';
import { limits } from './limits.js';
import { LoopTurns } from './loop-turns.js';
import { Turns } from './turns.js';

/** Decoding a large value takes as long as many requests. */
const decoding = new LoopTurns();
const mebibyte = 1024 * 1024;

export interface AnswerBudgetOptions {
  readonly bytesMax?: number | undefined;
  /** Told the bytes beyond the first few; throws TooManyRequests. */
  readonly spend?: ((bytes: number) => void) | undefined;
}

/** The bytes of text that one operation may answer with, charged before any of it is rendered. */
export class AnswerBudget {
  readonly #bytesMax: number;
  readonly #spend: ((bytes: number) => void) | undefined;
  #freeBytes: number = limits.answerBytesFree;
  #leftBytes: number;
  /** Why nothing more is taken. */
  #end: Error | undefined;
  readonly #reads = new Turns(limits.valueReadsConcurrentMax, Infinity, 'reads of values');

  constructor({ bytesMax = limits.valuesBytesMax, spend }: AnswerBudgetOptions = {}) {
    this.#bytesMax = bytesMax;
    this.#leftBytes = bytesMax;
    this.#spend = spend;
  }

  /**
   * Takes bytes as they will be written. Throws TooLarge where fewer are left, TooManyRequests
   * where the caller was sent too much lately.
   */
  charge(bytes: number): void {
    const free = Math.min(bytes, this.#freeBytes);
    this.#orEnd(() => {
      if (bytes > this.#leftBytes) throw this.#tooLarge();
      if (bytes > free) this.#spend?.(limits.renderedBytesFactor * (bytes - free));
    });
    this.#freeBytes -= free;
    this.#leftBytes -= bytes;
  }

  /**
   * Throws as `charge` would of so many bytes, and takes none. Throws again once something was
   * refused: nothing further is read for this answer.
   */
  requireRoom(bytes = 0): void {
    if (this.#end !== undefined) throw this.#end;
    this.#orEnd(() => {
      if (bytes > this.#leftBytes) throw this.#tooLarge();
      if (bytes > this.#freeBytes) this.#spend?.(0);
    });
  }

  /**
   * Runs a read of values, few of one operation at a time, and each in a turn of its own: aliases
   * would start all of theirs before the first is charged. Throws in place of a read once something
   * was refused, or the caller was sent too much lately.
   */
  read<T>(run: () => Promise<T>): Promise<T> {
    return this.#reads.run(async () => {
      await decoding.next();
      this.requireRoom();
      this.#orEnd(() => this.#spend?.(0));
      return run();
    });
  }

  /** Whether so much is to be written that others should have their turn before. */
  get isLarge(): boolean {
    return this.#bytesMax - this.#leftBytes > limits.answerPieceBytes;
  }

  #orEnd(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#end = toSallyportError(error);
      throw this.#end;
    }
  }

  #tooLarge(): SallyportError {
    const max = `${this.#bytesMax / mebibyte} MiB`;
    return new SallyportError('TooLarge', `the answer has more than ${max}: ask for less`);
  }
}
