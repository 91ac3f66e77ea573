import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { duplicate, invalidValue } from '../registry/field-errors.js';
import { memberOf } from './raw-value.js';
import type { SchemaResult } from './schema-result.js';
import { memberPath, memberSchema } from './structural-schema.js';

/** Reports duplicate elements of `set` lists, and duplicate keys of `map` lists. */
export function listTypeCauses(
  value: Json,
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  if (Array.isArray(value)) listCauses(value, schema, path, to);
  if (!isJsonObject(value)) return;
  for (const name of Object.keys(value)) {
    const known = memberSchema(schema, name);
    const member = memberOf(value, name);
    if (known === undefined || known === true || member === undefined) continue;
    listTypeCauses(member, known, memberPath(schema, path, name), to);
  }
}

function listCauses(
  list: readonly Json[],
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  const listType = schema['x-kubernetes-list-type'];
  if (listType === 'set') duplicates(list, path, to);
  if (listType === 'map') mapCauses(list, schema, path, to);
  const { items } = schema;
  if (items === undefined) return;
  for (const [index, item] of list.entries()) listTypeCauses(item, items, `${path}[${index}]`, to);
}

function mapCauses(
  list: readonly Json[],
  schema: SchemaNode,
  path: string,
  to: SchemaResult,
): void {
  const index = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (index >= 0) {
    const detail = 'must be an object for an array of list-type map';
    to.add(invalidValue(`${path}[${index}]`, list[index] ?? null, detail));
    return;
  }
  const names = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
  const keys = list.map((item) => keyOf(item, names));
  duplicates(keys, path, to);
}

function keyOf(item: Json, names: readonly string[]): JsonObject {
  const key: JsonObject = {};
  for (const name of names) {
    const value = isJsonObject(item) ? memberOf(item, name) : undefined;
    if (value !== undefined) key[name] = value;
  }
  return key;
}

/** Reports the second of equal items; further duplicates are not reported. */
function duplicates(list: readonly Json[], path: string, to: SchemaResult): void {
  const times = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const text = JSON.stringify(item);
    const seen = times.get(text) ?? 0;
    if (seen === 1) to.add(duplicate(`${path}[${index}]`, item));
    times.set(text, seen + 1);
  }
}
