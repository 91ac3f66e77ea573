import { admissionLimits } from '../../core/admission-limits.js';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  jsonStringEnd,
} from '../../core/json-bytes.js';

const MANAGED = 'managedFields';
/** The API server sends the facts of a review first, in the order of its Go types. */
const OBJECT = ',"object":{';

/**
 * Returns the JSON of a review without managed fields, which no check reads and which have more
 * members than all else. Returns undefined beyond the bounds on members and levels, before anything
 * is parsed: an error would let the write pass. The parser refuses invalid JSON.
 */
export function reviewText(body: Buffer): string | undefined {
  return new ReviewScanner(body).text();
}

class ReviewScanner {
  readonly #body: Buffer;
  readonly #kept: string[] = [];
  #keptFrom = 0;
  #depth = 0;
  #members = 0;
  #isTooDeep = false;
  /** Level of the list of managed fields; 0 outside such a list. */
  #managedDepth = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  text(): string | undefined {
    const body = this.#body;
    for (let position = 0; position < body.length; position += 1) {
      const byte = body[position];
      if (byte === QUOTE) position = this.#passString(position);
      else if (byte === COMMA) this.#count();
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open();
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#close(position);
      const isTooLarge = this.#members > admissionLimits.reviewMembersMax;
      if (isTooLarge || this.#isTooDeep) return undefined;
    }
    if (this.#managedDepth === 0) this.#kept.push(body.toString('utf8', this.#keptFrom));
    return this.#kept.join('');
  }

  /** Returns the last position of a string, or of what opens its list of managed fields. */
  #passString(start: number): number {
    const end = jsonStringEnd(this.#body, start);
    if (end < 0) return this.#body.length;
    if (this.#managedDepth > 0 || !beginsManaged(this.#body, start + 1, end)) return end;
    const opened = end + 2;
    // The list itself stays, and is empty.
    this.#kept.push(this.#body.toString('utf8', this.#keptFrom, opened + 1));
    this.#open();
    this.#managedDepth = this.#depth;
    return opened;
  }

  #count(): void {
    if (this.#managedDepth === 0) this.#members += 1;
  }

  #open(): void {
    this.#count();
    this.#depth += 1;
    // Writers choose their managed fields, which may have any depth.
    if (this.#managedDepth === 0 && this.#depth > admissionLimits.reviewDepthMax) {
      this.#isTooDeep = true;
    }
  }

  #close(position: number): void {
    if (this.#managedDepth > 0 && this.#depth === this.#managedDepth) {
      this.#keptFrom = position;
      this.#managedDepth = 0;
    }
    this.#depth -= 1;
  }
}

/**
 * Returns the JSON of a review without the states of its object, as far as the API server sends it
 * before them; undefined for a review in another order.
 */
export function reviewHead(body: Buffer): string | undefined {
  // Inside a string, a quote has a backslash before it, so that this is a member.
  const end = body.subarray(0, admissionLimits.reviewHeadBytesMax).indexOf(OBJECT);
  return end < 0 ? undefined : `${body.toString('utf8', 0, end)}}}`;
}

function beginsManaged(body: Buffer, start: number, end: number): boolean {
  const isLong = end - start === MANAGED.length && body[end + 1] === COLON;
  return isLong && body[end + 2] === OPEN_LIST && body.toString('latin1', start, end) === MANAGED;
}
