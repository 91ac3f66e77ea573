import { invalid, type SallyportError } from '../../../core/errors/sallyport-error.js';
import { pointerTo } from '../json-pointer.js';

/** Reference tokens of a JSON pointer, unescaped (RFC 6901, section 4). */
export type Path = readonly string[];

/** Member of a document. */
export interface Member {
  /** Characters of a string; JSON text of every other value. */
  readonly text: string;
  readonly isString: boolean;
}

/** Value that a member gets: the characters of a string, or JSON text, which stays as it is. */
export interface NewMember {
  readonly kind: 'text' | 'json';
  readonly text: string;
}

/** Syntax of documents. All functions throw `DocumentProblem`. */
export interface DocumentSyntax {
  readonly name: 'JSON' | 'YAML' | 'properties';
  readonly bytesMax: number;
  /** Whether `put` and `remove` have already read the member in the document that they return. */
  readonly readsChanges: boolean;
  /** Returns a member; undefined if there is none. */
  find(text: string, path: Path): Member | undefined;
  /** Returns the document with a member added or replaced; undefined without its parent. */
  put(text: string, path: Path, member: NewMember): string | undefined;
  /** Returns the document without a member; undefined if there is none. */
  remove(text: string, path: Path): string | undefined;
}

/** Reason why a document cannot be read or changed by path; contains nothing of the document. */
export class DocumentProblem extends Error {
  override readonly name = 'DocumentProblem';

  /** Returns the error for the value of a key. */
  of(key: string): SallyportError {
    return invalid([{ pointer: pointerTo('data', key), reason: this.message }]);
  }
}

/** Part of a text. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Returns a text with a part replaced. */
export function spliced(text: string, { offset, length }: Range, by: string): string {
  return text.slice(0, offset) + by + text.slice(offset + length);
}

/**
 * Returns a new member as JSON. A string has escapes for all that YAML readers take for a line
 * break or for no character.
 */
export function jsonTextOf({ kind, text }: NewMember): string {
  if (kind === 'json') return text;
  return JSON.stringify(text).replaceAll(/[\u007f-\u009f\u2028\u2029\ufeff]/g, unicodeEscape);
}

/** Returns the escape of a UTF-16 unit, as JSON, YAML and properties have it. */
export function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Returns the index that a token names in an array (RFC 6901, section 4); else undefined. */
export function arrayIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined;
}
