const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{` are this but for one bit, `]` and `}` the other. */
const opening = 0x7b;
const closing = 0x7d;
const caseBit = 0x20;

/** Reports white space by RFC 8259 section 2. */
export function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Reports whether the end of a value is self-delimited: all values but numbers and words. */
export function opensValue(byte: number | undefined): boolean {
  return byte === quote || (byte !== undefined && (byte | caseBit) === opening);
}

/**
 * Scanner that skips JSON values in pieces, cut anywhere, and finds their ends. It does not
 * validate them: brackets of either shape close each other.
 * https://www.rfc-editor.org/rfc/rfc8259
 */
export class JsonScanner {
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  get isWithinValue(): boolean {
    return this.#depth > 0 || this.#isInString;
  }

  /**
   * Returns the position after the value that begins at `from`, or that began in an earlier chunk;
   * -1 if it ends in a later chunk.
   */
  valueEnd(chunk: Buffer, from: number): number {
    let position = from;
    while (position < chunk.length) {
      if (this.#isInString) {
        position = this.#stringEnd(chunk, position);
        if (position < 0 || this.#depth === 0) return position;
      }
      position = this.#nextString(chunk, position);
      if (!this.isWithinValue) return position;
    }
    return -1;
  }

  /** Returns the position after the next opening quote or the value's end. */
  #nextString(chunk: Buffer, from: number): number {
    for (let position = from; position < chunk.length; position += 1) {
      const byte = chunk[position] ?? 0;
      if (byte === quote) {
        this.#isInString = true;
        return position + 1;
      }
      const bracket = byte | caseBit;
      if (bracket === opening) this.#depth += 1;
      else if (bracket === closing) {
        this.#depth -= 1;
        if (this.#depth === 0) return position + 1;
      }
    }
    return chunk.length;
  }

  #stringEnd(chunk: Buffer, from: number): number {
    let position = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      position += 1;
    }
    for (; position < chunk.length; position += 1) {
      const byte = chunk[position];
      if (byte === quote) {
        this.#isInString = false;
        return position + 1;
      }
      if (byte === backslash) position += 1;
    }
    this.#isEscaped = position > chunk.length;
    return -1;
  }
}
