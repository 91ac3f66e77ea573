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

/** Value that a member gets: characters, or a parsed JSON value. */
export type NewMember =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'json'; readonly json: unknown };

/** Syntax of documents. All functions throw `DocumentProblem`. */
export interface DocumentSyntax {
  readonly name: 'JSON' | 'YAML' | 'properties';
  readonly bytesMax: number;
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

/** Returns the value that a member gets, for syntaxes with values of all types. */
export function jsonOf(member: NewMember): unknown {
  return member.kind === 'text' ? member.text : member.json;
}

/** Returns the index that a token names in an array (RFC 6901, section 4); else undefined. */
export function arrayIndex(token: string): number | undefined {
  return /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined;
}
