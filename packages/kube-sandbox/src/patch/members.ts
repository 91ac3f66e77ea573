import type { Json, JsonObject } from '../model/kube-object.js';
import { memberOf } from '../schema/raw-value.js';

/** Returns the members that have a value; JSON has no undefined. */
export function entriesOf(object: JsonObject): [string, Json][] {
  return Object.entries(object).filter((entry): entry is [string, Json] => entry[1] !== undefined);
}

/** Reports deep equality of JSON, ignoring the order of members. */
export function equalJson(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right)) return false;
    return left.length === right.length && left.every((v, i) => equalJson(v, right[i] ?? null));
  }
  const members = entriesOf(left);
  if (members.length !== entriesOf(right).length) return false;
  return members.every(([name, value]) => {
    const other = memberOf(right, name);
    return other !== undefined && equalJson(value, other);
  });
}

/** Returns the JSON type in the words of Go's decoder: `number`, `object` and so on. */
export function jsonTypeOf(value: Json): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}
