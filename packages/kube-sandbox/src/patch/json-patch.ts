import { ApiStatusError, badRequest, tooLarge } from '../model/api-status.js';
import { cloneJson, isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { resolvePointer } from './json-pointer.js';
import type { Place } from './json-pointer.js';
import { jsonBytes } from './json-size.js';
import { equalJson, jsonTypeOf } from './members.js';
import { nestingLevelsMax } from '../schema/json-syntax.js';
import { memberOf, setMember } from '../schema/raw-value.js';
import { bounds } from '../store/sandbox-bounds.js';

const operationsMax = 10_000;
const stringMembers = ['op', 'path', 'from'] as const;
const knownMembers: ReadonlySet<string> = new Set([...stringMembers, 'value']);

/** Error of an operation that does not apply; clients get no details, as from the API server. */
class PatchFails extends Error {
  override readonly name = 'PatchFails';
}

/**
 * Applies RFC 6902 with the API server's leniencies: negative indices count from the end, `replace`
 * adds an absent member, a missing `value` is null, `copy` of an absent member copies null. Throws
 * ApiStatusError: 400 for an invalid patch, 413 for too many operations, 422 for other errors,
 * including too many copied bytes or shifted elements.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
 */
export function applyJsonPatch(object: JsonObject, patch: Json): JsonObject {
  const operations = decodeOperations(patch);
  let root: Json = cloneJson(object);
  const budget: Budget = {
    copiedBytes: bounds.jsonPatchCopiedBytesMax,
    shiftedElements: bounds.jsonPatchShiftedElementsMax,
  };
  try {
    for (const operation of operations) root = applyOperation(root, operation, budget);
  } catch (error) {
    if (error instanceof PatchFails) throw doesNotApply();
    throw error;
  }
  if (isJsonObject(root)) return root;
  throw new ApiStatusError(422, 'Invalid', ' "" is invalid: patch: Invalid value', {
    causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value', field: 'patch' }],
  });
}

/** Returns texts for `Warning` headers: members of operations that RFC 6902 does not define. */
export function jsonPatchWarnings(patch: Json): readonly string[] {
  if (!Array.isArray(patch)) return [];
  return patch.flatMap((operation, index) => {
    if (!isJsonObject(operation)) return [];
    const unknown = Object.keys(operation).filter((name) => !knownMembers.has(name));
    return unknown.map((name) => `json patch unknown field "[${index}].${name}"`);
  });
}

function doesNotApply(): ApiStatusError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiStatusError(422, 'Invalid', message, {});
}

function decodeOperations(patch: Json): JsonObject[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw undecodable(patch, 'value of type []handlers.jsonPatchOp');
  const operations = patch.map(decodeOperation);
  if (operations.length <= operationsMax) return operations;
  const most = `The allowed maximum operations in a JSON patch is ${operationsMax}`;
  const count = `${most}, got ${operations.length}`;
  throw tooLarge(`Request entity too large: ${count}`);
}

function decodeOperation(operation: Json): JsonObject {
  if (operation === null) return {};
  if (!isJsonObject(operation)) throw undecodable(operation, 'value of type handlers.jsonPatchOp');
  for (const name of stringMembers) {
    const value = memberOf(operation, name) ?? null;
    if (value !== null && typeof value !== 'string') {
      throw undecodable(value, `struct field jsonPatchOp.${name} of type string`);
    }
  }
  return operation;
}

function undecodable(value: Json, wanted: string): ApiStatusError {
  const what = `json: cannot unmarshal ${jsonTypeOf(value)} into Go ${wanted}`;
  return badRequest(`error decoding patch: ${what}`);
}

/** Remaining work of a patch: each copy could double the object, each insertion shift a list. */
interface Budget {
  copiedBytes: number;
  shiftedElements: number;
}

function applyOperation(root: Json, operation: JsonObject, budget: Budget): Json {
  switch (memberOf(operation, 'op')) {
    case 'add':
      addAt(placeOf(root, operation, 'path'), valueOf(operation), budget);
      return root;
    case 'remove':
      removeAt(placeOf(root, operation, 'path'), budget);
      return root;
    case 'replace':
      return replaceAt(root, operation);
    case 'move': {
      const from = placeOf(root, operation, 'from');
      const value = readAt(from);
      removeAt(from, budget);
      addAt(placeOf(root, operation, 'path'), value, budget);
      return root;
    }
    case 'copy': {
      const value = readAt(placeOf(root, operation, 'from'));
      addAt(placeOf(root, operation, 'path'), copyOf(value, budget), budget);
      return root;
    }
    case 'test':
      if (!testHolds(root, operation)) throw new PatchFails();
      return root;
    default:
      throw new PatchFails();
  }
}

function copyOf(value: Json, budget: Budget): Json {
  const limits = { bytesMax: budget.copiedBytes, levelsMax: nestingLevelsMax };
  // Copies of an absent member cost nothing.
  const bytes = value === null ? 0 : jsonBytes(value, limits);
  if (bytes === undefined) throw new PatchFails();
  budget.copiedBytes -= bytes;
  return cloneJson(value);
}

function valueOf(operation: JsonObject): Json {
  return cloneJson(memberOf(operation, 'value') ?? null);
}

function pointerOf(operation: JsonObject, name: 'path' | 'from'): string {
  const pointer = memberOf(operation, name);
  if (typeof pointer === 'string') return pointer;
  throw new PatchFails();
}

function placeOf(root: Json, operation: JsonObject, name: 'path' | 'from'): Place {
  const place = resolvePointer(root, pointerOf(operation, name));
  if (place === undefined) throw new PatchFails();
  return place;
}

function replaceAt(root: Json, operation: JsonObject): Json {
  const value = valueOf(operation);
  if (pointerOf(operation, 'path') === '') {
    if (typeof value !== 'object' || value === null) throw new PatchFails();
    return value;
  }
  const { container, key } = placeOf(root, operation, 'path');
  if (Array.isArray(container)) container[existingIndex(container, key)] = value;
  else setMember(container, key, value);
  return root;
}

function testHolds(root: Json, operation: JsonObject): boolean {
  const expected = valueOf(operation);
  if (pointerOf(operation, 'path') === '') return equalJson(root, expected);
  return equalJson(readAt(placeOf(root, operation, 'path')), expected);
}

function readAt({ container, key }: Place): Json {
  if (!Array.isArray(container)) return memberOf(container, key) ?? null;
  return container[existingIndex(container, key)] ?? null;
}

function addAt({ container, key }: Place, value: Json, budget: Budget): void {
  if (!Array.isArray(container)) setMember(container, key, value);
  else if (key === '-') container.push(value);
  else splice(container, indexWithin(container.length + 1, key), budget, value);
}

function removeAt({ container, key }: Place, budget: Budget): void {
  if (Array.isArray(container)) {
    splice(container, existingIndex(container, key), budget);
    return;
  }
  if (memberOf(container, key) === undefined) throw new PatchFails();
  delete container[key];
}

/** Inserts a value at an index, or removes the element there. */
function splice(list: Json[], at: number, budget: Budget, ...value: readonly Json[]): void {
  budget.shiftedElements -= list.length - at;
  if (budget.shiftedElements < 0) throw new PatchFails();
  list.splice(at, value.length === 0 ? 1 : 0, ...value);
}

function existingIndex(list: readonly Json[], key: string): number {
  return indexWithin(list.length, key);
}

function indexWithin(length: number, key: string): number {
  if (!/^[+-]?\d{1,15}$/.test(key)) throw new PatchFails();
  const index = Number(key);
  const counted = index < 0 ? index + length : index;
  if (counted < 0 || counted >= length) throw new PatchFails();
  return counted;
}
