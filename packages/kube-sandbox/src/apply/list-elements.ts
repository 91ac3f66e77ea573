import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { jsonTypeOf } from '../patch/members.js';
import { memberOf } from '../schema/raw-value.js';
import type { ListType, ObjectTypes } from './object-type.js';
import { keyElement, valueElement } from './path-element.js';
import type { PathElement } from './path-element.js';

/** Error for a value that does not fit its schema; the message names types and keys, not values. */
export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

export interface ListElement {
  readonly element: PathElement;
  readonly value: Json;
}

/**
 * Returns the elements of a set or keyed list. Throws SchemaMismatch for an element without a key.
 */
export function elementsOf(types: ObjectTypes, list: ListType, values: Json[]): ListElement[] {
  return values.map((value, index) => {
    try {
      const element = list.keys.length > 0 ? keyed(types, list, value) : plain(value);
      return { element, value };
    } catch (error) {
      if (!(error instanceof SchemaMismatch)) throw error;
      throw new SchemaMismatch(`element ${index}: ${error.message}`);
    }
  });
}

function keyed(types: ObjectTypes, list: ListType, value: Json): PathElement {
  if (value === null) {
    throw new SchemaMismatch('associative list with keys may not have a null element');
  }
  if (!isJsonObject(value)) {
    throw new SchemaMismatch('associative list with keys may not have non-map elements');
  }
  const fields: [string, Json][] = [];
  for (const key of list.keys) {
    const content = memberOf(value, key) ?? types.keyDefault(list, key);
    if (content !== undefined) fields.push([key, content]);
  }
  if (fields.length > 0) return keyElement(fields);
  const keys = `[${list.keys.map((key) => JSON.stringify(key)).join(' ')}]`;
  throw new SchemaMismatch(
    `associative list with keys has an element that omits all key fields ${keys} (and doesn't have default values for any key fields)`,
  );
}

function plain(value: Json): PathElement {
  switch (jsonTypeOf(value)) {
    case 'object':
      throw new SchemaMismatch("associative list without keys has an element that's a map type");
    case 'array':
      throw new SchemaMismatch('not supported: associative list with lists as elements');
    case 'null':
      throw new SchemaMismatch(
        "associative list without keys has an element that's an explicit null",
      );
    default:
      return valueElement(value);
  }
}
