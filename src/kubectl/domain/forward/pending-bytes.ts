import { unexpectedAnswer } from './answer-json.js';

/** Bytes that wait for the bytes after them; not copied if they came in one piece. */
export class PendingBytes {
  #pieces: Buffer[] = [];
  #sizeBytes = 0;

  /** Adds bytes. Throws Unavailable if more would be retained than the limit. */
  add(piece: Buffer, bytesMax: number): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > bytesMax) throw unexpectedAnswer(`a part of more than ${bytesMax} bytes`);
    if (piece.length > 0) this.#pieces.push(piece);
  }

  /** Returns all of them, and retains none. */
  take(): Buffer {
    const [first, ...others] = this.#pieces;
    this.#pieces = [];
    this.#sizeBytes = 0;
    if (first === undefined) return Buffer.alloc(0);
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }
}
