import { bodyLimits } from '../../../core/body-limits.js';
import { positionOf } from '../../../core/cel/cel-position.js';

/** Returns the reason for a text that is no JSON, or has a member twice. */
export function noJson(text: string): string {
  return `must be JSON, with each member once${jsonMistake(text)}`;
}

/**
 * Returns where a text stops to be JSON, or has a member again, as `: mistake at line 1, column 5`;
 * empty if neither is found. The position says nothing of the value but its length up to there.
 */
export function jsonMistake(text: string): string {
  const at = new JsonScanner(text).mistake();
  return at === undefined ? '' : `: mistake at ${positionOf({ start: at }, text).slice(0, -2)}`;
}

const space = /[ \t\n\r]*/y;
const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'next';

/** Scanner of RFC 8259 that stops at the first mistake. */
class JsonScanner {
  readonly #text: string;
  /** Names of each open object; undefined for a list. */
  readonly #levels: (Set<string> | undefined)[] = [];
  #expected: Expected = 'value';
  #members = 0;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the offset of the mistake; undefined if there is none, or more than is scanned. */
  mistake(): number | undefined {
    const { jsonDepthMax, jsonMembersMax } = bodyLimits;
    for (;;) {
      this.#take(space);
      if (this.#levels.length > jsonDepthMax || this.#members > jsonMembersMax) return undefined;
      const isEnd = this.#at === this.#text.length;
      if (isEnd && this.#expected === 'next' && this.#levels.length === 0) return undefined;
      if (!this.#step(this.#text[this.#at] ?? '')) return this.#at;
    }
  }

  /** Reads a token, and reports whether it may be there; if not, `#at` is where the mistake is. */
  #step(character: string): boolean {
    switch (this.#expected) {
      case 'value':
        return this.#value(character);
      case 'value or end':
        return character === ']' ? this.#close() : this.#value(character);
      case 'name':
        return this.#name(character);
      case 'name or end':
        return character === '}' ? this.#close() : this.#name(character);
      case 'colon':
        return character === ':' && this.#move('value');
      case 'next':
        return this.#next(character);
    }
  }

  #value(character: string): boolean {
    this.#members += 1;
    if (character === '{' || character === '[') {
      this.#levels.push(character === '{' ? new Set() : undefined);
      return this.#move(character === '{' ? 'name or end' : 'value or end');
    }
    const isRead = character === '"' ? this.#string() : this.#take(literal);
    if (isRead) this.#expected = 'next';
    return isRead;
  }

  #name(character: string): boolean {
    const start = this.#at;
    if (character !== '"' || !this.#string()) return false;
    const name = JSON.parse(this.#text.slice(start, this.#at)) as string;
    const names = this.#levels.at(-1);
    this.#expected = 'colon';
    if (names?.has(name) !== true) {
      names?.add(name);
      return true;
    }
    this.#at = start;
    return false;
  }

  #next(character: string): boolean {
    if (this.#levels.length === 0) return false;
    const isObject = this.#levels.at(-1) !== undefined;
    if (character === ',') return this.#move(isObject ? 'name' : 'value');
    return character === (isObject ? '}' : ']') && this.#close();
  }

  #close(): boolean {
    this.#levels.pop();
    return this.#move('next');
  }

  /** Reads a string, character by character: an expression could take too deep a stack. */
  #string(): boolean {
    this.#at += 1;
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? '';
      if (character === '"') {
        this.#at += 1;
        return true;
      }
      if (character < ' ') return false;
      if (character !== '\\') this.#at += 1;
      else if (!this.#take(escape)) return false;
    }
    return false;
  }

  #move(expected: Expected): true {
    this.#at += 1;
    this.#expected = expected;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found !== '';
  }
}
