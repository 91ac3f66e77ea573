import { isJsonObject, type Json, type JsonObject } from '../../model/kube-object.js';

/** What is stored under a path of member names; undefined where any of them is missing. */
export function valueAt(object: JsonObject, ...path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

/** The text there; empty where it is missing, like a zero value in Go. */
export function textAt(object: JsonObject, ...path: readonly string[]): string {
  const value = valueAt(object, ...path);
  return typeof value === 'string' ? value : '';
}

/** The number there; 0 where it is missing. */
export function numberAt(object: JsonObject, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  return typeof value === 'number' ? value : 0;
}

/** The object there, or undefined where there is none. */
export function objectAt(object: JsonObject, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(object, ...path);
  return isJsonObject(value) ? value : undefined;
}

/** The objects of the list there. */
export function objectsAt(object: JsonObject, ...path: readonly string[]): readonly JsonObject[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts of the list there. */
export function textsAt(object: JsonObject, ...path: readonly string[]): readonly string[] {
  const value = valueAt(object, ...path);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** How many members the object, or items the list, there has. */
export function sizeAt(object: JsonObject, ...path: readonly string[]): number {
  const value = valueAt(object, ...path);
  if (Array.isArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

/** The texts of the object there, by name and sorted. */
export function pairsAt(
  object: JsonObject,
  ...path: readonly string[]
): readonly (readonly [string, string])[] {
  return Object.entries(objectAt(object, ...path) ?? {})
    .flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => Number(a > b) - Number(a < b));
}
