import type { StatusCause } from '../model/api-status.js';
import type { Json } from '../model/kube-object.js';
import { goQuote } from '../authz/go-quote.js';
import { goJson } from './go-json.js';

/*
 * One broken rule each, worded as the API server words it:
 * https://pkg.go.dev/k8s.io/apimachinery/pkg/util/validation/field#Error
 */

/** A value that must be there and is not. */
export function required(field: string, detail = ''): StatusCause {
  return cause('FieldValueRequired', field, 'Required value', detail);
}

/** Quotes `value`: never to be called with a value of a Secret. */
export function invalidValue(field: string, value: Json, detail: string): StatusCause {
  return cause('FieldValueInvalid', field, `Invalid value: ${shown(value)}`, detail);
}

/** A value outside a closed list. */
export function notSupported(field: string, value: Json, supported: readonly string[]) {
  const listed = supported.map(goQuote).join(', ');
  const detail = supported.length === 0 ? '' : `supported values: ${listed}`;
  return cause('FieldValueNotSupported', field, `Unsupported value: ${shown(value)}`, detail);
}

/** More bytes than allowed; the value is not shown. */
export function tooLong(field: string, maxBytes: number): StatusCause {
  const unit = maxBytes === 1 ? 'byte' : 'bytes';
  const detail = `may not be more than ${maxBytes} ${unit}`;
  return cause('FieldValueTooLong', field, 'Too long', detail);
}

/** A list with more items than allowed. */
export function tooMany(field: string, count: number, max: number): StatusCause {
  const detail = `must have at most ${max} ${max === 1 ? 'item' : 'items'}`;
  return cause('FieldValueTooMany', field, `Too many: ${count}`, detail);
}

/** A valid value that the present state does not permit. */
export function forbiddenField(field: string, detail: string): StatusCause {
  return cause('FieldValueForbidden', field, 'Forbidden', detail);
}

/** A value that must be unique and is not. */
export function duplicate(field: string, value: Json): StatusCause {
  return cause('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`, '');
}

/** Quotes the new value: never to be called with a value of a Secret. */
export function immutable(field: string, value: Json): StatusCause {
  return invalidValue(field, value, 'field is immutable');
}

function cause(reason: string, field: string, what: string, detail: string): StatusCause {
  return { reason, message: detail === '' ? what : `${what}: ${detail}`, field };
}

function shown(value: Json): string {
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}
