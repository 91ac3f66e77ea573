import { Buffer } from 'node:buffer';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  jsonStringEnd,
} from '../../../core/json-bytes.js';
import { limits } from '../../../core/limits.js';

const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
/** Levels of the body: its members, the items of its list, the members of an item. */
const BODY = 1;
const LIST = 2;
const ITEM = 3;
/** Members of an event that are dropped, whatever they contain. */
const DROPPED: readonly string[] = ['requestObject', 'responseObject'];

/** Position of an item in a body, and its structure before it is parsed. */
export interface ItemSpan {
  readonly start: number;
  readonly end: number;
  /** Depth of nested objects and lists. */
  readonly levels: number;
  /** The event, or an object in it, has a duplicate member. */
  readonly hasTwins: boolean;
}

export interface EventListSpans {
  /** The body with an empty list in place of the items, for a parser to check. */
  readonly envelope: Buffer;
  /** The first items; undefined for a body without exactly one list of items. */
  readonly items: readonly ItemSpan[] | undefined;
  /** Further items. */
  readonly beyond: number;
}

/**
 * Finds the items of an EventList without parsing them, so that each can be parsed separately. In
 * valid JSON every span is exactly one value; otherwise, a span may be invalid JSON.
 */
export function eventListSpans(body: Buffer): EventListSpans {
  const scan = new Scan(body);
  scan.run();
  const { list, items, beyond } = scan;
  if (list === undefined) return { envelope: body, items: undefined, beyond: 0 };
  const envelope = Buffer.concat([body.subarray(0, list.start), body.subarray(list.end)]);
  return { envelope, items, beyond };
}

class Scan {
  readonly items: ItemSpan[] = [];
  beyond = 0;
  readonly #body: Buffer;
  readonly #lists: { start: number; end: number }[] = [];
  #depth = 0;
  #isInList = false;
  #start = 0;
  #levels = 0;
  /** Bounds of the last string: a name, if a colon follows. */
  #textStart = 0;
  #textEnd = 0;
  /** Name of the body's last member; and whether an item's last member is dropped. */
  #name = '';
  #isDropped = false;
  readonly #names = [new Set<string>(), new Set<string>()] as const;
  #hasTwins = false;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** Returns the items without the brackets around them. */
  get list(): { readonly start: number; readonly end: number } | undefined {
    return this.#lists.length === 1 ? this.#lists[0] : undefined;
  }

  run(): void {
    const body = this.#body;
    for (let at = 0; at < body.length; at += 1) {
      const byte = body[at] ?? 0;
      if (byte === QUOTE) {
        const end = jsonStringEnd(body, at);
        if (end < 0) return;
        this.#textStart = at + 1;
        this.#textEnd = end;
        at = end;
      } else if (byte === COLON) this.#named();
      else if (byte === COMMA) this.#separate(at);
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#open(byte, at);
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#close(at);
    }
  }

  #separate(at: number): void {
    if (this.#isInList && this.#depth === LIST) this.#end(at);
  }

  #open(byte: number, at: number): void {
    this.#depth += 1;
    if (this.#isInList) {
      this.#levels = Math.max(this.#levels, this.#depth - LIST);
      this.#names[this.#depth - ITEM]?.clear();
    } else if (byte === OPEN_LIST && this.#depth === LIST && this.#name === 'items') {
      this.#isInList = true;
      this.#begin(at + 1);
      this.#lists.push({ start: at + 1, end: this.#body.length });
    }
  }

  #close(at: number): void {
    this.#depth -= 1;
    if (!this.#isInList || this.#depth >= LIST) return;
    const list = this.#lists.at(-1);
    if (list !== undefined) list.end = at;
    if (at > (list?.start ?? at) && !this.#isBlank(at)) this.#end(at);
    this.#isInList = false;
  }

  #isBlank(end: number): boolean {
    return this.#body.subarray(this.#start, end).every((byte) => BLANKS.includes(byte));
  }

  #begin(start: number): void {
    this.#start = start;
    this.#levels = 0;
    this.#hasTwins = false;
  }

  #end(end: number): void {
    const [start, levels, hasTwins] = [this.#start, this.#levels, this.#hasTwins];
    if (this.items.length < limits.auditReportEventsMax) {
      this.items.push({ start, end, levels, hasTwins });
    } else this.beyond += 1;
    this.#begin(end + 1);
  }

  #named(): void {
    if (this.#depth === BODY) this.#name = this.#textOf();
    if (!this.#isInList || this.#depth < ITEM || this.#depth > ITEM + 1) return;
    if (this.#depth > ITEM && this.#isDropped) return;
    const name = this.#textOf();
    const names = this.#names[this.#depth - ITEM];
    if (this.#depth === ITEM) this.#isDropped = DROPPED.includes(name);
    if (names?.has(name) === true) this.#hasTwins = true;
    names?.add(name);
  }

  /** Returns the last string; a string with escapes is unescaped for comparison. */
  #textOf(): string {
    const raw = this.#body.toString('utf8', this.#textStart, this.#textEnd);
    if (!raw.includes('\\')) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      return raw;
    }
  }
}
