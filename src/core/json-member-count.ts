import { BACKSLASH, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE } from './json-bytes.js';
import { type JsonBounds, tooManyMembers } from './json-tokens.js';

/**
 * Counter of members and list items of JSON while it arrives: a body with too many is refused
 * before all of it is in memory. A body that does not begin as an object or a list counts nothing.
 */
export class JsonMemberCount {
  readonly #membersMax: number;
  #members = 0;
  #state: 'begin' | 'structure' | 'string' | 'none' = 'begin';
  /** The next byte belongs to an escape that began in the last chunk. */
  #isEscaped = false;

  constructor({ membersMax }: Pick<JsonBounds, 'membersMax'>) {
    this.#membersMax = membersMax;
  }

  /** Reports whether the received part begins as an object or a list. */
  get isJson(): boolean {
    return this.#state === 'structure' || this.#state === 'string';
  }

  /** Counts the members of a chunk. Throws TooLarge. */
  add(chunk: Buffer): void {
    let position = this.#state === 'begin' ? this.#begin(chunk) : 0;
    while (position < chunk.length && this.#state !== 'none') {
      position =
        this.#state === 'string' ? this.#endOfString(chunk, position) : this.#step(chunk, position);
    }
  }

  #begin(chunk: Buffer): number {
    let first = 0;
    while (first < chunk.length && isSpace(chunk[first])) first += 1;
    if (first === chunk.length) return first;
    const opens = chunk[first] === OPEN_OBJECT || chunk[first] === OPEN_LIST;
    this.#state = opens ? 'structure' : 'none';
    return first;
  }

  #step(chunk: Buffer, from: number): number {
    let position = from;
    for (; position < chunk.length; position += 1) {
      const byte = chunk[position];
      if (byte === QUOTE) {
        this.#state = 'string';
        return position + 1;
      }
      if (byte !== COMMA && byte !== OPEN_OBJECT && byte !== OPEN_LIST) continue;
      this.#members += 1;
      if (this.#members > this.#membersMax) throw tooManyMembers(this.#membersMax);
    }
    return position;
  }

  /** Returns the position after the string, or the end of the chunk if the string continues. */
  #endOfString(chunk: Buffer, from: number): number {
    let position = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      position += 1;
    }
    while (position < chunk.length) {
      const quote = chunk.indexOf(QUOTE, position);
      const end = quote < 0 ? chunk.length : quote;
      const isEscaped = isEscapedAt(chunk, position, end);
      if (quote < 0) {
        this.#isEscaped = isEscaped;
        return chunk.length;
      }
      position = quote + 1;
      if (!isEscaped) {
        this.#state = 'structure';
        return position;
      }
    }
    return position;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Reports whether the byte at `end` is escaped: an odd number of backslashes precedes it. */
function isEscapedAt(chunk: Buffer, start: number, end: number): boolean {
  let backslashes = 0;
  while (end - backslashes > start && chunk[end - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
