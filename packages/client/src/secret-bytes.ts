const HIDDEN = '[SecretBytes]';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A value of a Secret. It shows itself to nobody who does not call `reveal`. */
export class SecretBytes {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.byteLength;
  }

  /** Returns a copy of the bytes. */
  reveal(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice();
  }

  /** Returns the value as text. Throws a TypeError if the bytes are not UTF-8. */
  revealText(): string {
    try {
      return utf8.decode(this.#bytes);
    } catch {
      // The error of the decoder could name a part of the value.
      throw new TypeError('the value is not UTF-8 text');
    }
  }

  equals(other: SecretBytes): boolean {
    const [mine, theirs] = [this.#bytes, other.#bytes];
    return mine.length === theirs.length && mine.every((byte, index) => byte === theirs[index]);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  get [Symbol.toStringTag](): string {
    return 'SecretBytes';
  }

  /** https://nodejs.org/api/util.html#utilinspectcustom */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return HIDDEN;
  }
}
