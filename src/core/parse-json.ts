import { type FieldError, badRequest, invalid } from './errors/sallyport-error.js';
import { limits } from './limits.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON as RFC 8259 has it, refusing what parsers lose in silence: a member given twice (also where
 * one spelling is escaped), `__proto__`, deep nesting, invalid UTF-8. Messages quote no text.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest('the body is not valid UTF-8');
  }
  refuseDeepNesting(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('the body is not valid JSON');
  }
  const problem = new MemberScanner(text).firstProblem();
  if (problem) throw invalid([problem]);
  return value;
}

/** Before the parser, which takes long over megabytes of opening brackets; throws BadRequest. */
export function refuseDeepNesting(text: string, levelsMax: number = limits.jsonDepthMax): void {
  let depth = 0;
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position];
    if (character === '"') {
      position = endOfString(text, position);
      if (position < 0) return; // The parser will say so.
    } else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > levelsMax) {
      throw badRequest(`the body is nested deeper than ${levelsMax} levels`);
    }
  }
}

/** Where the string that begins at `start` has its closing quote; -1 where it has none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

interface Level {
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

/** Walks text that is known to be valid JSON, looking at member names alone. */
class MemberScanner {
  readonly #text: string;
  readonly #levels: Level[] = [];
  #position = 0;
  #expectsName = false;

  constructor(text: string) {
    this.#text = text;
  }

  firstProblem(): FieldError | undefined {
    while (this.#position < this.#text.length) {
      const problem = this.#step(this.#text[this.#position]);
      if (problem) return problem;
    }
    return undefined;
  }

  #step(character: string | undefined): FieldError | undefined {
    if (character === '"') {
      const raw = this.#readString();
      const isName = this.#expectsName;
      this.#expectsName = false;
      return isName ? this.#enterMember(raw) : undefined;
    }
    this.#position += 1;
    if (character === '{' || character === '[') this.#open(character === '{');
    else if (character === '}' || character === ']') this.#close();
    else if (character === ',') this.#next();
    return undefined;
  }

  #open(isObject: boolean): void {
    this.#levels.push({ names: isObject ? new Set() : undefined, name: '', index: 0 });
    this.#expectsName = isObject;
  }

  #close(): void {
    this.#levels.pop();
    this.#expectsName = false;
  }

  #next(): void {
    const level = this.#levels.at(-1);
    if (level) level.index += 1;
    this.#expectsName = level?.names !== undefined;
  }

  /** The string at the position, still escaped; moves behind it. */
  #readString(): string {
    const start = this.#position + 1;
    const end = endOfString(this.#text, this.#position);
    this.#position = end + 1;
    return this.#text.slice(start, end);
  }

  #enterMember(raw: string): FieldError | undefined {
    const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    const level = this.#levels.at(-1);
    if (!level?.names) return undefined;
    level.name = name;
    if (name === '__proto__') return { pointer: this.#pointer(), reason: 'name is not allowed' };
    if (level.names.has(name)) return { pointer: this.#pointer(), reason: 'given twice' };
    level.names.add(name);
    return undefined;
  }

  #pointer(): string {
    const parts = this.#levels.map((level) => (level.names ? level.name : String(level.index)));
    return parts.map((part) => `/${escapePointer(part)}`).join('');
  }
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

/** A reference token of RFC 6901; longer than any legal name is cut, as it is only shown. */
export function escapePointer(token: string): string {
  return token.slice(0, 320).replaceAll('~', '~0').replaceAll('/', '~1');
}
