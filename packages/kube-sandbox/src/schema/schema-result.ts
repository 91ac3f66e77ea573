import { goQuote } from '../authz/go-quote.js';
import type { StatusCause } from '../model/api-status.js';
import { bounds } from '../store/sandbox-bounds.js';
import { ToldCharacters } from './told-characters.js';

/** Result of checking one value against one schema. */
export class SchemaResult {
  readonly causes: StatusCause[] = [];
  /** Number of checks; errors come from the alternative with the most checks. */
  matches = 0;
  readonly #messages = new Map<string, Set<string>>();
  readonly #told = new ToldCharacters();

  get isValid(): boolean {
    return this.causes.length === 0;
  }

  /** Adds a cause unless it is a duplicate or exceeds the bounds. */
  add(cause: StatusCause): void {
    const { field, message } = cause;
    if (this.causes.length >= bounds.problemsToldMax) return;
    const messages = this.#messages.get(field) ?? new Set();
    if (messages.has(message) || !this.#told.spend(field.length + message.length)) return;
    this.#messages.set(field, messages.add(message));
    this.causes.push(cause);
  }

  merge(other: SchemaResult): void {
    for (const cause of other.causes) this.add(cause);
    this.matches += other.matches;
  }
}

/** Returns `spec.a in body must be of type integer: "string"`. */
export function wrongType(field: string, wanted: string, found: string): StatusCause {
  const detail = `${field} in body must be of type ${wanted}: ${goQuote(found)}`;
  const message = `Invalid value: ${goQuote(found)}: ${detail}`;
  return { reason: 'FieldValueTypeInvalid', message, field };
}

/** Returns an error of the validation library about a whole schema, without a field. */
export function withoutField(detail: string): StatusCause {
  const message = `Invalid value: "": ${detail}`;
  return { reason: 'FieldValueInvalid', message, field: '<nil>' };
}
