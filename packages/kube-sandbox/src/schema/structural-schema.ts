import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { memberOf } from './raw-value.js';

/** Returns the schema of a member: undefined for unknown members, `true` for any content. */
export function memberSchema(schema: SchemaNode, name: string): SchemaNode | true | undefined {
  const { properties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  if (additionalProperties === undefined || additionalProperties === false) return undefined;
  return additionalProperties;
}

/** Returns a member's path as `field.Path` does, with map keys in brackets. */
export function memberPath(schema: SchemaNode, path: string, name: string): string {
  const isProperty = Object.hasOwn(schema.properties ?? {}, name);
  if (!isProperty) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** Calls `visit` for every object inside that the schema marks as an embedded resource. */
export function forEachEmbedded(
  value: Json | undefined,
  schema: SchemaNode,
  path: string,
  visit: (object: JsonObject, path: string) => void,
): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return;
    for (const [index, item] of value.entries()) {
      forEachEmbedded(item, items, `${path}[${index}]`, visit);
    }
  } else if (isJsonObject(value)) {
    if (path !== '' && schema['x-kubernetes-embedded-resource'] === true) visit(value, path);
    for (const name of Object.keys(value)) {
      const known = memberSchema(schema, name);
      if (known === undefined || known === true) continue;
      forEachEmbedded(memberOf(value, name), known, memberPath(schema, path, name), visit);
    }
  }
}
