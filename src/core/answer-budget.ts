import { SallyportError, toSallyportError } from './errors/sallyport-error.js';
import { limits } from './limits.js';
import { LoopTurns } from './loop-turns.js';
import { Turns } from './turns.js';

/** Decoding a large value takes as long as many requests. */
const decoding = new LoopTurns();
const mebibyte = 1024 * 1024;

export interface AnswerBudgetOptions {
  readonly bytesMax?: number | undefined;
  /** Receives the number of bytes beyond the free ones; throws TooManyRequests. */
  readonly spend?: ((bytes: number) => void) | undefined;
}

/** Bytes of text that one operation may respond with, charged before any text is rendered. */
export class AnswerBudget {
  readonly #bytesMax: number;
  readonly #spend: ((bytes: number) => void) | undefined;
  #freeBytes: number = limits.answerBytesFree;
  #leftBytes: number;
  /** The error that ended the budget. */
  #end: Error | undefined;
  readonly #reads = new Turns(limits.valueReadsConcurrentMax, Infinity, 'reads of values');

  constructor({ bytesMax = limits.valuesBytesMax, spend }: AnswerBudgetOptions = {}) {
    this.#bytesMax = bytesMax;
    this.#leftBytes = bytesMax;
    this.#spend = spend;
  }

  /**
   * Takes bytes as they will be written. Throws TooLarge if fewer bytes remain, TooManyRequests if
   * the caller recently received too much.
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
   * Throws as `charge` would for this number of bytes, but takes none. Throws again after any
   * refusal: nothing more is read for this response.
   */
  requireRoom(bytes = 0): void {
    if (this.#end !== undefined) throw this.#end;
    this.#orEnd(() => {
      if (bytes > this.#leftBytes) throw this.#tooLarge();
      if (bytes > this.#freeBytes) this.#spend?.(0);
    });
  }

  /**
   * Runs a read of values: few concurrently per operation, each in its own event loop turn.
   * Otherwise, aliases would start all reads before the first is charged. Throws instead of reading
   * after a refusal, or if the caller recently received too much.
   */
  read<T>(run: () => Promise<T>): Promise<T> {
    return this.#reads.run(async () => {
      await decoding.next();
      this.requireRoom();
      this.#orEnd(() => this.#spend?.(0));
      return run();
    });
  }

  /** Reports whether the response is so large that other requests should run first. */
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
