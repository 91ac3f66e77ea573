import { type FieldError, badRequest, invalid } from './errors/sallyport-error.js';
import { bodyBounds, jsonTokens, type JsonTokens } from './json-tokens.js';
import { limits } from './limits.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Escape of a surrogate. Half of a pair is no character: databases store another text. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * Parses JSON by RFC 8259, refusing what parsers lose silently: a duplicate member (also if one
 * spelling is escaped), `__proto__`, invalid UTF-8, half of a surrogate pair. Deep nesting (400)
 * and too many members (413) are refused before anything is parsed. Messages quote no text.
 */
export function parseJson(bytes: Uint8Array): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tokens = jsonTokens(buffer, bodyBounds);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest('the body is not valid UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest('the body is not valid JSON');
  }
  const problem = new MemberScanner(buffer, tokens, SURROGATE.test(text)).firstProblem();
  if (problem) throw invalid([problem]);
  return value;
}

/** Checks before the parser, which takes long for megabytes of brackets; throws BadRequest. */
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

/** Returns the closing quote of the string that begins at `start`; -1 if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

const NO_TEXT = 'has half of a surrogate pair, which is no character';

interface Level {
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

/** Scanner of valid JSON's structure that reads member names, and texts only if need be. */
class MemberScanner {
  readonly #bytes: Buffer;
  readonly #tokens: JsonTokens;
  readonly #hasSurrogates: boolean;
  readonly #levels: Level[] = [];
  #strings = 0;
  #expectsName = false;

  constructor(bytes: Buffer, tokens: JsonTokens, hasSurrogates: boolean) {
    this.#bytes = bytes;
    this.#tokens = tokens;
    this.#hasSurrogates = hasSurrogates;
  }

  firstProblem(): FieldError | undefined {
    for (const start of this.#tokens.starts) {
      const problem = this.#step(start);
      if (problem) return problem;
    }
    return undefined;
  }

  #step(start: number): FieldError | undefined {
    const character = String.fromCharCode(this.#bytes[start] ?? 0);
    if (character === '"') {
      const end = this.#tokens.ends[this.#strings] ?? start;
      this.#strings += 1;
      const isName = this.#expectsName;
      this.#expectsName = false;
      if (!isName && !this.#hasSurrogates) return undefined;
      const raw = this.#bytes.toString('utf8', start + 1, end);
      return isName ? this.#enterMember(raw) : this.#checkText(raw);
    }
    if (character === '{' || character === '[') this.#open(character === '{');
    else if (character === '}' || character === ']') this.#close();
    else this.#next();
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

  #enterMember(raw: string): FieldError | undefined {
    const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    const level = this.#levels.at(-1);
    if (!level?.names) return undefined;
    level.name = name;
    if (!name.isWellFormed()) return { pointer: this.#pointer(), reason: NO_TEXT };
    if (name === '__proto__') return { pointer: this.#pointer(), reason: 'name is not allowed' };
    if (level.names.has(name)) return { pointer: this.#pointer(), reason: 'given twice' };
    level.names.add(name);
    return undefined;
  }

  #checkText(raw: string): FieldError | undefined {
    const isText = !raw.includes('\\') || (JSON.parse(`"${raw}"`) as string).isWellFormed();
    return isText ? undefined : { pointer: this.#pointer(), reason: NO_TEXT };
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

/** Escapes a reference token of RFC 6901; cuts it beyond any legal name, for display only. */
export function escapePointer(token: string): string {
  return token.slice(0, 320).replaceAll('~', '~0').replaceAll('/', '~1');
}
