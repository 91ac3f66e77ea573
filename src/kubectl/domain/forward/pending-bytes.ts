import { unexpectedAnswer } from './answer-json.js';

/** Bytes that wait for those that belong behind them; without a copy where they came in one. */
export class PendingBytes {
  #pieces: Buffer[] = [];
  #sizeBytes = 0;

  /** Throws Unavailable where more are kept then than the bound says. */
  add(piece: Buffer, bytesMax: number): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > bytesMax) throw unexpectedAnswer(`a part of more than ${bytesMax} bytes`);
    if (piece.length > 0) this.#pieces.push(piece);
  }

  /** All of them, which are kept no longer. */
  take(): Buffer {
    const [first, ...others] = this.#pieces;
    this.#pieces = [];
    this.#sizeBytes = 0;
    if (first === undefined) return Buffer.alloc(0);
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }
}
