import { RawNumber, RawObject, type RawValue } from './raw-value.js';

/** Limit of nesting. Go allows 10,000 levels, more than the JavaScript stack supports. */
export const nestingLevelsMax = 500;

/** Error in a text, in Go's words but without characters of the text. */
export class DocumentSyntaxError extends Error {
  override readonly name = 'DocumentSyntaxError';
}

/** Characters that show where a document ends and are not part of a value. */
const structural = new Set(['{', '}', '[', ']', ',', ':', '"']);
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const literals = { t: 'true', f: 'false', n: 'null' } as const;
const literalValues = { true: true, false: false, null: null } as const;
const whitespace = /[ \t\r\n]*/y;
// oxlint-disable-next-line no-control-regex
const plainCharacters = /[^"\\\u0000-\u001f]*/y;
const hexDigits = /^[0-9a-fA-F]$/;
const digits = /[0-9]*/y;

/**
 * Reads JSON as Go's `encoding/json` does. Throws DocumentSyntaxError.
 * https://pkg.go.dev/encoding/json
 */
export function parseJson(text: string): RawValue {
  return new JsonReader(text).document();
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): RawValue {
    const value = this.#value(0);
    this.#skip(whitespace);
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return value;
  }

  #value(depth: number): RawValue {
    this.#skip(whitespace);
    const first = this.#text[this.#at];
    if (first === '{' || first === '[') {
      if (depth >= nestingLevelsMax) throw this.#unexpected('exceeded max depth');
      this.#at += 1;
      return first === '{' ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    if (first === '"') return this.#string();
    if (first === 't' || first === 'f' || first === 'n') return this.#literal(literals[first]);
    if (first !== undefined && /[-0-9]/.test(first)) return this.#number();
    throw this.#unexpected('looking for beginning of value');
  }

  #object(depth: number): RawObject {
    const object = new RawObject();
    this.#skip(whitespace);
    if (this.#take('}')) return object;
    for (;;) {
      this.#skip(whitespace);
      if (this.#text[this.#at] !== '"') {
        throw this.#unexpected('looking for beginning of object key string');
      }
      const name = this.#string();
      this.#skip(whitespace);
      if (!this.#take(':')) throw this.#unexpected('after object key');
      object.entries.push([name, this.#value(depth)]);
      this.#skip(whitespace);
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#unexpected('after object key:value pair');
    }
  }

  #array(depth: number): RawValue[] {
    const array: RawValue[] = [];
    this.#skip(whitespace);
    if (this.#take(']')) return array;
    for (;;) {
      array.push(this.#value(depth));
      this.#skip(whitespace);
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#unexpected('after array element');
    }
  }

  #string(): string {
    this.#at += 1;
    let result = '';
    for (;;) {
      result += this.#skip(plainCharacters);
      if (this.#take('"')) return result.toWellFormed();
      if (!this.#take('\\')) throw this.#unexpected('in string literal');
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    if (letter === 'u') return this.#unicodeEscape();
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (meant === undefined) throw this.#unexpected('in string escape code');
    this.#at += 1;
    return meant;
  }

  #unicodeEscape(): string {
    this.#at += 1;
    const start = this.#at;
    for (let digit = 0; digit < 4; digit += 1) {
      if (!hexDigits.test(this.#text[this.#at] ?? '')) {
        throw this.#unexpected('in \\u hexadecimal character escape');
      }
      this.#at += 1;
    }
    return String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16));
  }

  #literal(word: keyof typeof literalValues): RawValue {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) {
        throw this.#unexpected(`in literal ${word} (expecting '${letter}')`);
      }
      this.#at += 1;
    }
    return literalValues[word];
  }

  #number(): RawNumber {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0')) this.#digits('in numeric literal');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    return new RawNumber(this.#text.slice(start, this.#at));
  }

  #digits(where: string): void {
    if (this.#skip(digits) === '') throw this.#unexpected(where);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #unexpected(where: string): DocumentSyntaxError {
    const character = this.#text[this.#at];
    if (character === undefined) return new DocumentSyntaxError('unexpected end of JSON input');
    const shown = structural.has(character) ? ` '${character}'` : '';
    return new DocumentSyntaxError(`invalid character${shown} ${where}`);
  }
}
