import type { StatusCause } from '../model/api-status.js';
import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { memberOf } from './raw-value.js';
import { duplicateValue, invalidValue } from './schema-result.js';
import { memberPath, memberSchema } from './structural-schema.js';

/** Elements of `set` lists, and keys of `map` lists, that are there twice. */
export function listTypeCauses(value: Json, schema: SchemaNode, path: string): StatusCause[] {
  if (Array.isArray(value)) return listCauses(value, schema, path);
  if (!isJsonObject(value)) return [];
  return Object.keys(value).flatMap((name) => {
    const known = memberSchema(schema, name);
    const member = memberOf(value, name);
    if (known === undefined || known === true || member === undefined) return [];
    return listTypeCauses(member, known, memberPath(schema, path, name));
  });
}

function listCauses(list: readonly Json[], schema: SchemaNode, path: string): StatusCause[] {
  const listType = schema['x-kubernetes-list-type'];
  const own =
    listType === 'set'
      ? duplicates(list, path)
      : listType === 'map'
        ? mapCauses(list, schema, path)
        : [];
  const { items } = schema;
  if (items === undefined) return own;
  const below = list.flatMap((item, index) => listTypeCauses(item, items, `${path}[${index}]`));
  return [...own, ...below];
}

function mapCauses(list: readonly Json[], schema: SchemaNode, path: string): StatusCause[] {
  const index = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (index >= 0) {
    const detail = 'must be an object for an array of list-type map';
    return [invalidValue(`${path}[${index}]`, list[index] ?? null, detail)];
  }
  const names = [...(schema['x-kubernetes-list-map-keys'] ?? [])];
  return duplicates(
    list.map((item) => keyOf(item, names)),
    path,
  );
}

function keyOf(item: Json, names: readonly string[]): JsonObject {
  const key: JsonObject = {};
  for (const name of [...names].sort()) {
    const value = isJsonObject(item) ? memberOf(item, name) : undefined;
    if (value !== undefined) key[name] = value;
  }
  return key;
}

/** The second of each; more of the same are not told again. */
function duplicates(list: readonly Json[], path: string): StatusCause[] {
  const times = new Map<string, number>();
  const causes: StatusCause[] = [];
  for (const [index, item] of list.entries()) {
    const text = JSON.stringify(item);
    const seen = times.get(text) ?? 0;
    if (seen === 1) causes.push(duplicateValue(`${path}[${index}]`, item));
    times.set(text, seen + 1);
  }
  return causes;
}
