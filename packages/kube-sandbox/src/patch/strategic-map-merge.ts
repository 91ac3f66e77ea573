import { badRequest } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { entriesOf, jsonTypeOf } from './members.js';
import { memberOf, setMember } from '../schema/raw-value.js';
import { goTypeOf } from './element-order.js';
import { unforeseen } from './patch-schema.js';
import type { PatchSchema } from './patch-schema.js';
import { mergeList, orderedElements, withoutDirectives } from './strategic-list-merge.js';
import type { ListRule } from './strategic-list-merge.js';

const deletion = '$deleteFromPrimitiveList';
const order = '$setElementOrder';
const retain = '$retainKeys';

/** Merges a patch into an object, in place; both must be copies. Throws ApiStatusError. */
export function mergeMap(original: JsonObject, patch: JsonObject, schema: PatchSchema): JsonObject {
  const directive = memberOf(patch, '$patch');
  if (directive !== undefined) return replaced(patch, directive);
  retainKeys(original, patch);
  applyOrders(original, patch, schema);
  for (const [name, value] of entriesOf(patch)) {
    if (name.startsWith(deletion)) deleteElements(original, name, value, schema);
    else mergeMember(original, name, value, schema);
  }
  return original;
}

function replaced(patch: JsonObject, directive: Json): JsonObject {
  if (directive === 'delete') return {};
  if (directive !== 'replace') {
    const named = typeof directive === 'string' ? `: ${directive}` : '';
    throw unforeseen(`unknown patch type${named}`);
  }
  delete patch['$patch'];
  return patch;
}

function retainKeys(original: JsonObject, patch: JsonObject): void {
  const kept = memberOf(patch, retain);
  if (kept === undefined) return;
  delete patch[retain];
  if (!Array.isArray(kept)) throw badRequest('invalid patch format of retainKeys');
  const names = new Set(kept);
  for (const [name, value] of entriesOf(patch)) {
    if (value === null || name.startsWith(deletion) || name.startsWith(order)) continue;
    if (!names.has(name)) throw badRequest('invalid patch format of retainKeys');
  }
  for (const name of Object.keys(original)) if (!names.has(name)) delete original[name];
}

/** Merges and orders list `x` for `$setElementOrder/x`; removes both from the patch. */
function applyOrders(original: JsonObject, patch: JsonObject, schema: PatchSchema): void {
  for (const [name, wanted] of entriesOf(patch)) {
    if (!name.startsWith(order)) continue;
    delete patch[name];
    if (!Array.isArray(wanted)) throw badListType(wanted);
    const field = fieldOf(name, order, 'setElementOrder list');
    const current = listOrUndefined(memberOf(original, field));
    const patched = listOrUndefined(memberOf(patch, field));
    const rule = listRule(schema, field, false);
    const result = orderedElements({ current, patched, wanted }, rule);
    if (result === undefined) continue;
    setMember(original, field, result);
    delete patch[field];
  }
}

function listRule(schema: PatchSchema, field: string, isDeletion: boolean): ListRule {
  const rule = schema.ofList(field);
  const mergeElement = (current: JsonObject, element: JsonObject): JsonObject =>
    mergeMap(current, element, rule.schema);
  return { ...rule, isDeletion, mergeElement };
}

function listOrUndefined(value: Json | undefined): Json[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  throw badListType(value);
}

function badListType(value: Json): Error {
  return unforeseen(`expected a []interface {}, but received a ${goTypeOf(value)}`);
}

function fieldOf(name: string, prefix: string, what: string): string {
  if (!name.startsWith(`${prefix}/`)) throw badRequest(`invalid patch format of ${what}`);
  return name.slice(prefix.length + 1);
}

function deleteElements(
  original: JsonObject,
  name: string,
  elements: Json,
  schema: PatchSchema,
): void {
  const field = fieldOf(name, deletion, 'primitive list');
  const current = memberOf(original, field);
  if (elements === null) delete original[field];
  if (!Array.isArray(current) || !Array.isArray(elements)) return;
  const rule = listRule(schema, field, true);
  setMember(original, field, mergeList(current, elements, rule));
}

function mergeMember(original: JsonObject, name: string, value: Json, schema: PatchSchema): void {
  if (value === null) {
    delete original[name];
    return;
  }
  const current = memberOf(original, name);
  if (current === undefined || jsonTypeOf(current) !== jsonTypeOf(value)) {
    assign(original, name, withoutNulls(value));
  } else if (isJsonObject(current) && isJsonObject(value)) {
    const rule = schema.ofObject(name);
    const result = rule.strategy === 'replace' ? value : mergeMap(current, value, rule.schema);
    setMember(original, name, result);
  } else if (Array.isArray(current) && Array.isArray(value)) {
    const rule = listRule(schema, name, false);
    const isMerged = rule.strategy === 'merge';
    setMember(original, name, isMerged ? mergeList(current, value, rule) : value);
  } else assign(original, name, value);
}

function assign(target: JsonObject, name: string, value: Json): void {
  const kept = withoutDirectives(value);
  if (kept === undefined) delete target[name];
  else setMember(target, name, kept);
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept = entriesOf(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}
