import type { StatusCause } from '../model/api-status.js';
import type { Json } from '../model/kube-object.js';
import { goQuote } from './go-wording.js';

/** What checking one value against one schema found. */
export class SchemaResult {
  readonly causes: StatusCause[] = [];
  /** How many checks were made: the alternative with most of them is told about. */
  matches = 0;

  get isValid(): boolean {
    return this.causes.length === 0;
  }

  /** The same finding is told once. */
  add(...causes: readonly StatusCause[]): void {
    for (const cause of causes) {
      const isTold = this.causes.some(
        ({ field, message }) => field === cause.field && message === cause.message,
      );
      if (!isTold) this.causes.push(cause);
    }
  }

  merge(other: SchemaResult): void {
    this.add(...other.causes);
    this.matches += other.matches;
  }
}

/** A value as `field.Error` shows it. */
export function shown(value: Json): string {
  return typeof value === 'string' ? goQuote(value) : JSON.stringify(value);
}

export function invalidValue(field: string, value: Json, detail: string): StatusCause {
  const message = `Invalid value: ${shown(value)}: ${detail}`;
  return { reason: 'FieldValueInvalid', message, field };
}

export function requiredValue(field: string): StatusCause {
  return { reason: 'FieldValueRequired', message: 'Required value', field };
}

/** `spec.a in body must be of type integer: "string"`. */
export function wrongType(field: string, wanted: string, found: string): StatusCause {
  const detail = `${field} in body must be of type ${wanted}: ${goQuote(found)}`;
  const message = `Invalid value: ${goQuote(found)}: ${detail}`;
  return { reason: 'FieldValueTypeInvalid', message, field };
}

export function duplicateValue(field: string, value: Json): StatusCause {
  const message = `Duplicate value: ${shown(value)}`;
  return { reason: 'FieldValueDuplicate', message, field };
}

export function tooMany(field: string, actual: number, most: number): StatusCause {
  const message = `Too many: ${actual}: must have at most ${most} items`;
  return { reason: 'FieldValueTooMany', message, field };
}

export function tooLong(field: string, most: number): StatusCause {
  const message = `Too long: may not be more than ${most} bytes`;
  return { reason: 'FieldValueTooLong', message, field };
}

export function unsupportedValue(
  field: string,
  value: Json,
  supported: readonly Json[],
): StatusCause {
  const listed = supported.map((each) =>
    goQuote(typeof each === 'string' ? each : JSON.stringify(each)),
  );
  const message = `Unsupported value: ${shown(value)}: supported values: ${listed.join(', ')}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

/** For what the validation library says of a whole schema: it names no field. */
export function withoutField(detail: string): StatusCause {
  const message = `Invalid value: "": ${detail}`;
  return { reason: 'FieldValueInvalid', message, field: '<nil>' };
}
