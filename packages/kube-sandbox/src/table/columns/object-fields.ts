import { isJsonObject, type Json, type JsonObject } from '../../model/kube-object.js';

/** Returns the value at a path of member names; undefined if a member is missing. */
export function valueAt(object: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** Returns the text at a path; empty if it is missing, like a zero value in Go. */
export function textAt(object: JsonObject, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** Returns the number at a path; 0 if it is missing. */
export function numberAt(object: JsonObject, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** Returns the object at a path, or undefined if there is none. */
export function objectAt(object: JsonObject, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : undefined;
}

/** Returns the objects in the list at a path. */
export function objectsAt(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** Returns the texts in the list at a path. */
export function textsAt(object: JsonObject, ...path: readonly string[]): readonly string[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Returns the number of members or items at a path. */
export function sizeAt(object: JsonObject, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

/** Returns the text members of the object at a path, sorted by name. */
export function pairsAt(
  object: JsonObject,
  ...path: readonly string[]
): readonly (readonly [string, string])[] {
  return Object.entries(objectAt(object, ...path) ?? {})
    .flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => Number(a > b) - Number(a < b));
}
