import { parseAnswer, unexpectedAnswer } from './answer-json.js';
import { JsonScanner, isWhiteSpace, opensValue } from './json-scanner.js';
import { PendingBytes } from './pending-bytes.js';

/** Unchanged piece of a list; `before` is the text between an object and the previous part. */
export type ListPart =
  | { kind: 'head' | 'tail'; bytes: Buffer }
  | { kind: 'object'; before: Buffer; bytes: Buffer };

/** Position that the next byte other than white space belongs to. */
type Place = 'document' | 'name' | 'colon' | 'value' | 'scalar' | 'elements' | 'end';

const listNames: readonly unknown[] = ['items', 'rows'];
const none: Buffer = Buffer.alloc(0);
const byteOf = {
  comma: 0x2c,
  colon: 0x3a,
  arrayStart: 0x5b,
  arrayEnd: 0x5d,
  objectStart: 0x7b,
  objectEnd: 0x7d,
} as const;

/**
 * Cuts a streamed list, a batch for each chunk. The head ends with the bracket that opens the
 * member `items`, or `rows` of a Table. Then come every element and the tail. The bytes of all
 * parts in order are the bytes of the document. A document without such an array is all head. Head
 * and tail together, and every element, have at most `objectBytesMax` bytes. Throws Unavailable
 * beyond that, if the stream ends too early, and for what is no object.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export async function* listParts(
  chunks: AsyncIterable<Buffer>,
  objectBytesMax: number,
): AsyncGenerator<readonly ListPart[]> {
  const cutter = new ListCutter(objectBytesMax);
  for await (const chunk of chunks) {
    const parts = cutter.cut(chunk);
    if (parts.length > 0) yield parts;
  }
  yield [cutter.end()];
}

class ListCutter {
  readonly #objectBytesMax: number;
  readonly #scanner = new JsonScanner();
  readonly #pending = new PendingBytes();
  readonly #name = new PendingBytes();
  #place: Place = 'document';
  #chunk: Buffer = none;
  /** Number of bytes of the chunk that are in parts. */
  #takenBytes = 0;
  #parts: ListPart[] = [];
  #before: Buffer = none;
  #isListName = false;
  #hasListName = false;
  /** Undefined until the list has begun. */
  #headBytes: number | undefined;

  constructor(objectBytesMax: number) {
    this.#objectBytesMax = objectBytesMax;
  }

  cut(chunk: Buffer): readonly ListPart[] {
    this.#parts = [];
    this.#chunk = chunk;
    this.#takenBytes = 0;
    let position = 0;
    while (position < chunk.length) {
      const isWithin = this.#scanner.isWithinValue || this.#entersValue(position);
      position = isWithin ? this.#stepOver(position) : position + 1;
    }
    this.#keepTo(chunk.length);
    return this.#parts;
  }

  end(): ListPart {
    if (this.#place !== 'end') throw unexpectedAnswer('a list that ends within its JSON');
    return { kind: this.#headBytes === undefined ? 'head' : 'tail', bytes: this.#pending.take() };
  }

  /** Reports whether a value begins at the position that is skipped as a whole. */
  #entersValue(position: number): boolean {
    const byte = this.#chunk[position];
    if (isWhiteSpace(byte)) return false;
    switch (this.#place) {
      case 'document':
        return this.#expect(byte, byteOf.objectStart, 'name');
      case 'name':
        if (opensValue(byte)) return true;
        if (byte === byteOf.comma) return false;
        return this.#expect(byte, byteOf.objectEnd, 'end');
      case 'colon':
        return this.#expect(byte, byteOf.colon, 'value');
      case 'value':
        return this.#entersMember(position);
      case 'scalar':
        if (byte === byteOf.comma) this.#place = 'name';
        else if (byte === byteOf.objectEnd) this.#place = 'end';
        return false;
      case 'elements':
        return this.#entersElement(position);
      case 'end':
        throw unexpectedAnswer('more than one JSON document');
    }
  }

  #expect(byte: number | undefined, expected: number, next: Place): false {
    if (byte !== expected) throw unexpectedAnswer('a list that is no JSON object');
    this.#place = next;
    return false;
  }

  #entersMember(position: number): boolean {
    const byte = this.#chunk[position];
    if (this.#isListName && byte === byteOf.arrayStart) {
      const bytes = this.#takeTo(position + 1);
      this.#headBytes = bytes.length;
      this.#parts.push({ kind: 'head', bytes });
      this.#place = 'elements';
      return false;
    }
    if (opensValue(byte)) return true;
    this.#place = 'scalar';
    return false;
  }

  #entersElement(position: number): boolean {
    const byte = this.#chunk[position];
    if (byte === byteOf.comma) return false;
    if (!opensValue(byte)) return this.#expect(byte, byteOf.arrayEnd, 'name');
    this.#before = this.#takeTo(position);
    return true;
  }

  #stepOver(from: number): number {
    const found = this.#scanner.valueEnd(this.#chunk, from);
    const end = found < 0 ? this.#chunk.length : found;
    if (this.#place === 'name') this.#name.add(this.#chunk.subarray(from, end), this.#bytesMax);
    if (found >= 0) this.#leaveValue(end);
    return end;
  }

  #leaveValue(end: number): void {
    if (this.#place === 'name') {
      this.#leaveName();
    } else if (this.#place === 'elements') {
      this.#parts.push({ kind: 'object', before: this.#before, bytes: this.#takeTo(end) });
    } else {
      this.#place = 'name';
    }
  }

  #leaveName(): void {
    this.#isListName = listNames.includes(parseAnswer(this.#name.take()));
    // A second array would bypass the inspection of the objects.
    if (this.#isListName && this.#hasListName) throw unexpectedAnswer('a list with two arrays');
    this.#hasListName ||= this.#isListName;
    this.#place = 'colon';
  }

  #takeTo(end: number): Buffer {
    this.#keepTo(end);
    return this.#pending.take();
  }

  #keepTo(end: number): void {
    this.#pending.add(this.#chunk.subarray(this.#takenBytes, end), this.#bytesMax);
    this.#takenBytes = end;
  }

  get #bytesMax(): number {
    const isElement = this.#place === 'elements';
    return isElement ? this.#objectBytesMax : this.#objectBytesMax - (this.#headBytes ?? 0);
  }
}
