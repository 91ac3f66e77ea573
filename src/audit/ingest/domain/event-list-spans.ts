import { Buffer } from 'node:buffer';
import { stringEnd } from '../../../core/json-tokens.js';
import { limits } from '../../../core/limits.js';

const [QUOTE, COLON, COMMA] = [0x22, 0x3a, 0x2c];
const OPENING: readonly number[] = [0x5b, 0x7b];
const CLOSING: readonly number[] = [0x5d, 0x7d];
const OPEN_LIST = 0x5b;
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];
/** Levels of the body: its members, the items of its list, the members of an item. */
const [BODY, LIST, ITEM] = [1, 2, 3];
/** Members of an event that are dropped, whatever they contain. */
const DROPPED: readonly string[] = ['requestObject', 'responseObject'];

/** Where an item lies in a body, and what its structure shows before it is parsed. */
export interface ItemSpan {
  readonly start: number;
  readonly end: number;
  /** Objects and lists in each other. */
  readonly levels: number;
  /** A member of the event, or of an object in it, is given twice. */
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
 * Finds the items of an EventList without parsing them, so that each can be read by itself. Of
 * valid JSON every span is exactly one value; of anything else a span may be no JSON.
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
  #lists: { start: number; end: number }[] = [];
  #depth = 0;
  #isInList = false;
  #start = 0;
  #levels = 0;
  /** Of the last string: a name, if a colon follows. */
  #text = { start: 0, end: 0 };
  /** Of the last member of the body, and of the last one of an item. */
  #name = '';
  #member = '';
  readonly #names = [new Set<string>(), new Set<string>()] as const;
  #hasTwins = false;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** The items with the brackets around them left out. */
  get list(): { readonly start: number; readonly end: number } | undefined {
    return this.#lists.length === 1 ? this.#lists[0] : undefined;
  }

  run(): void {
    const body = this.#body;
    for (let at = 0; at < body.length; at += 1) {
      const byte = body[at] ?? 0;
      if (byte === QUOTE) {
        const end = stringEnd(body, at);
        if (end < 0) return;
        this.#text = { start: at + 1, end };
        at = end;
      } else if (OPENING.includes(byte)) this.#open(byte, at);
      else if (CLOSING.includes(byte)) this.#close(at);
      else if (byte === COLON) this.#named();
      else if (byte === COMMA && this.#isInList && this.#depth === LIST) this.#end(at);
    }
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
    if (!this.#isInList || this.#depth < ITEM) return;
    const names = this.#names[this.#depth - ITEM];
    if (names === undefined) return;
    const name = this.#textOf();
    if (this.#depth === ITEM) this.#member = name;
    else if (DROPPED.includes(this.#member)) return;
    if (names.has(name)) this.#hasTwins = true;
    names.add(name);
  }

  /** The last string; one with an escape in its written form is as unlike others as its text. */
  #textOf(): string {
    const raw = this.#body.toString('utf8', this.#text.start, this.#text.end);
    if (!raw.includes('\\')) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      return raw;
    }
  }
}
