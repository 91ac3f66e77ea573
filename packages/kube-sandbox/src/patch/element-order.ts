import { ApiStatusError } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { jsonTypeOf } from './members.js';
import { memberOf } from '../schema/raw-value.js';
import { unforeseen } from './patch-schema.js';

/** Throws ApiStatusError unless the patch's elements are in the wanted order. */
export function checkOrder(
  patched: readonly Json[],
  wanted: readonly Json[],
  mergeKey: string,
): void {
  if (patched.length === 0 || wanted.length === 0) return;
  const keys = wanted.map((element) => identityOf(element, mergeKey));
  let position = 0;
  for (const element of patched) {
    if (isJsonObject(element) && Object.hasOwn(element, '$patch')) continue;
    const found = keys.indexOf(identityOf(element, mergeKey), position);
    if (found < 0) {
      throw unforeseen("The order in patch list doesn't match $setElementOrder list");
    }
    position = found + 1;
  }
}

/**
 * Orders the elements of the patch as in the patch, and the server's elements as on the server. A
 * server's element comes before a patch's only if it came before it on the server.
 */
export function normalisedOrder(
  merged: readonly Json[],
  patchOrder: readonly Json[],
  serverOrder: readonly Json[],
  mergeKey: string,
): Json[] {
  const inPatch = positions(patchOrder, mergeKey);
  const inServer = positions(serverOrder, mergeKey);
  const at = (map: ReadonlyMap<Json, number>, element: Json): number =>
    map.get(identityOf(element, mergeKey)) ?? -1;
  const patched = merged.filter((element) => at(inPatch, element) >= 0);
  const server = merged.filter((element) => at(inPatch, element) < 0);
  patched.sort((left, right) => at(inPatch, left) - at(inPatch, right));
  server.sort((left, right) => at(inServer, left) - at(inServer, right));
  const result: Json[] = [];
  let next = 0;
  for (const element of patched) {
    const limit = at(inServer, element);
    while (limit >= 0 && next < server.length) {
      const candidate = server[next];
      if (candidate === undefined || at(inServer, candidate) < 0) break;
      if (at(inServer, candidate) >= limit) break;
      result.push(candidate);
      next += 1;
    }
    result.push(element);
  }
  return [...result, ...server.slice(next)];
}

function positions(list: readonly Json[], mergeKey: string): Map<Json, number> {
  const result = new Map<Json, number>();
  for (const [index, element] of list.entries()) {
    const key = identityOf(element, mergeKey);
    if (!result.has(key)) result.set(key, index);
  }
  return result;
}

function identityOf(element: Json, mergeKey: string): Json {
  if (mergeKey === '') return element;
  if (isJsonObject(element)) return keyOf(element, mergeKey);
  throw unforeseen(`expected a map[string]interface {}, but received a ${goTypeOf(element)}`);
}

/** Returns the merge key's value. Throws ApiStatusError if the element has none. */
export function keyOf(element: JsonObject, mergeKey: string): Json {
  const key = memberOf(element, mergeKey);
  if (key !== undefined) return key;
  throw unforeseen(`map: map[] does not contain declared merge key: ${mergeKey}`);
}

/** Returns the elements as objects. Throws ApiStatusError for other elements. */
export function keyedElements(list: readonly Json[]): JsonObject[] {
  return list.map((element, index) => {
    if (isJsonObject(element)) return element;
    throw unforeseen(`value for key ${index} is not a map`);
  });
}

/** Returns the type of all elements. Throws ApiStatusError for mixtures and for lists of lists. */
export function elementType(...lists: readonly (readonly Json[])[]): string {
  const types = new Set(lists.flat(1).map(jsonTypeOf));
  const [type, ...others] = types;
  if (type === undefined) throw unforeseen('no elements in any of the given slices');
  if (type === 'array') throw listOfLists();
  if (others.length > 0) throw unforeseen('list element types are not identical');
  return type;
}

function listOfLists(): ApiStatusError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiStatusError(422, 'Invalid', message, {});
}

/** Returns the Go type for Kubernetes' errors. */
export function goTypeOf(value: Json): string {
  if (value === null) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
