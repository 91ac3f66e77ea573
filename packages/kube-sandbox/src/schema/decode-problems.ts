import { goQuote } from '../authz/go-quote.js';
import { ToldCharacters } from './told-characters.js';

/** Limit of the API server. */
const strictProblemsMax = 100;

/** Value of a type that differs from the Go type. */
export interface Misfit {
  /** Found type: `number`, `number 1.5`, `string`, `object` and so on. */
  readonly found: string;
  readonly goType: string;
  /** Expected kind, if the decoder has set it. */
  readonly kind?: string;
}

/** Error that ends decoding: a value that does not fit its Go type. */
export class GoDecodeError extends Error {
  override readonly name = 'GoDecodeError';
  readonly misfit: Misfit | undefined;

  constructor(message: string, misfit?: Misfit) {
    super(message);
    this.misfit = misfit;
  }
}

/** Position of a value in Go's structs, for the wording of type errors. */
export interface GoPlace {
  /** Innermost struct; empty outside of structs. */
  readonly struct: string;
  /** JSON names from the root, without indices and map keys. */
  readonly fields: readonly string[];
}

export const outside: GoPlace = { struct: '', fields: [] };

/**
 * Returns `json: cannot unmarshal number into Go struct field Secret.type of type v1.SecretType`.
 */
export function cannotUnmarshal(found: string, place: GoPlace, goType: string): GoDecodeError {
  const { struct, fields } = place;
  const into = fields.length === 0 ? 'Go value' : `Go struct field ${struct}.${fields.join('.')}`;
  const message = `json: cannot unmarshal ${found} into ${into} of type ${goType}`;
  return new GoDecodeError(message, { found, goType });
}

/** Problems of strict decoding, and the first value of a wrong type. */
export class DecodeProblems {
  readonly #strict = new Set<string>();
  readonly #told = new ToldCharacters();
  #first: GoDecodeError | undefined;

  unknownField(path: string): void {
    this.#add('unknown', path);
  }

  duplicateField(path: string): void {
    this.#add('duplicate', path);
  }

  /** Decoding continues after a wrong type, as in Go. */
  wrongType({ message, misfit }: GoDecodeError, kind: string): void {
    this.#first ??= new GoDecodeError(message, misfit && { ...misfit, kind });
  }

  /** Returns the strict problems in order; throws the first wrong type. */
  finish(): readonly string[] {
    if (this.#first) throw this.#first;
    return [...this.#strict];
  }

  #add(what: string, path: string): void {
    if (this.#strict.size >= strictProblemsMax || !this.#told.spend(path.length)) return;
    this.#strict.add(`${what} field ${goQuote(path)}`);
  }
}

export function childPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
