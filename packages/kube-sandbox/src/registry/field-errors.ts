import type { StatusCause } from '../model/api-status.js';
import type { Json } from '../model/kube-object.js';
import { goQuote } from '../authz/go-quote.js';
import { goJson } from './go-json.js';

/*
 * Each function returns one broken rule in the words of the API server:
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#Error
 */

/** Reports a missing required value. */
export function required(field: string, detail = ''): StatusCause {
  return cause('FieldValueRequired', field, 'Required value', detail);
}

/** Quotes `value`: never call this with a value of a Secret. */
export function invalidValue(field: string, value: Json, detail: string): StatusCause {
  return cause('FieldValueInvalid', field, `Invalid value: ${shown(value)}`, detail);
}

/** Reports a value outside a closed list. */
export function notSupported(field: string, value: Json, supported: readonly string[]) {
  const listed = supported.map(goQuote).join(', ');
  const detail = supported.length === 0 ? '' : `supported values: ${listed}`;
  return cause('FieldValueNotSupported', field, `Unsupported value: ${shown(value)}`, detail);
}

/** Reports a value with too many bytes, without the value. */
export function tooLong(field: string, maxBytes: number): StatusCause {
  const unit = maxBytes === 1 ? 'byte' : 'bytes';
  const detail = `may not be more than ${maxBytes} ${unit}`;
  return cause('FieldValueTooLong', field, 'Too long', detail);
}

/** Reports a list with too many items. */
export function tooMany(field: string, count: number, max: number): StatusCause {
  const detail = `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return cause('FieldValueTooMany', field, `Too many: ${count}`, detail);
}

/** Reports a valid value that the current state does not permit. */
export function forbiddenField(field: string, detail: string): StatusCause {
  return cause('FieldValueForbidden', field, 'Forbidden', detail);
}

/** Reports a duplicate of a unique value. */
export function duplicate(field: string, value: Json): StatusCause {
  return cause('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`, '');
}

/** Quotes the new value: never call this with a value of a Secret. */
export function immutable(field: string, value: Json): StatusCause {
  return invalidValue(field, value, 'field is immutable');
}

function cause(reason: string, field: string, what: string, detail: string): StatusCause {
  return { reason, message: detail === '' ? what : `${what}: ${detail}`, field };
}

function shown(value: Json): string {
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}
