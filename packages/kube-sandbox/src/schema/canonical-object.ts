import { isJsonObject, type Json, type JsonObject, type KubeObject } from '../model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';
import { goFieldType, goKindOf, type GoFieldType, type GoKind } from './go-type.js';
import { memberOf, setMember } from './raw-value.js';
import { kubernetesSchemas } from './schema-source.js';

const first = ['apiVersion', 'kind', 'metadata'];
/** Values that Go writes for absent fields without `omitempty`. */
const written: Readonly<Partial<Record<GoKind, Json>>> = {
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
  intOrString: 0,
  quantity: '0',
};

/** Returns an object as stored, in a form without a difference between empty and absent lists. */
export function storedObject(
  object: KubeObject,
  schema: SchemaNode | undefined,
  schemas: SchemaSource,
): KubeObject {
  if (schema === undefined || !hasEmptyList(object)) return object;
  const { apiVersion, kind, metadata } = object;
  return { ...canonicalObject(object, schema, schemas, 'none'), apiVersion, kind, metadata };
}

function hasEmptyList(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0 || value.some(hasEmptyList);
  return isJsonObject(value) && Object.values(value).some(hasEmptyList);
}

/**
 * Returns a decoded object as the API server writes it: members in one order, without what Go's
 * `omitempty` omits, and with what Go always writes (`status: {}`, `rules: null`).
 */
export function canonicalObject(
  object: JsonObject,
  schema: SchemaNode,
  schemas: SchemaSource,
  keeps: EmptyLists = 'given',
): JsonObject {
  const node = schemas.resolve(schema);
  const struct = kubernetesSchemas().goStruct(node);
  const properties = node.properties ?? {};
  const result: JsonObject = {};
  const names = Object.keys(properties).filter((name) => !first.includes(name));
  for (const name of [...first, ...names]) {
    const property = properties[name];
    if (property === undefined) continue;
    const resolved = schemas.resolve(property);
    const field = goFieldType(struct, name, resolved);
    const value = canonicalField(object[name], { field, node: resolved, schemas, keeps });
    if (value !== undefined) result[name] = value;
  }
  return result;
}

interface FieldContext {
  readonly field: GoFieldType;
  readonly node: SchemaNode;
  readonly schemas: SchemaSource;
  readonly keeps: EmptyLists;
}

/** Treatment of empty lists: different from absent lists (`given`) or equal to them (`none`). */
type EmptyLists = 'given' | 'none';

function canonicalField(value: Json | undefined, context: FieldContext): Json | undefined {
  const { field, node, schemas, keeps } = context;
  const kind = goKindOf(node);
  if (field.isPointer) {
    const absent = field.isOmittedWhenEmpty ? undefined : null;
    return value === undefined || value === null ? absent : canonicalValue(value, context);
  }
  if (kind === 'struct') {
    return canonicalObject(isJsonObject(value) ? value : {}, node, schemas, keeps);
  }
  // The zero time is not empty for `omitempty`.
  if (kind === 'time') return value ?? (field.isOmittedWhenZero ? undefined : null);
  if (kind === 'any') return value;
  if (value === undefined || isEmpty(value)) return emptyField(value, context, kind);
  return canonicalValue(value, context);
}

function emptyField(
  value: Json | undefined,
  { field, keeps }: FieldContext,
  kind: GoKind,
): Json | undefined {
  if (Array.isArray(value) && !field.isOmittedWhenEmpty && keeps === 'given') return [];
  // Structs in Go, which `omitempty` never omits.
  const isStruct = kind === 'quantity' || kind === 'intOrString';
  if (field.isOmittedWhenEmpty && !isStruct) return undefined;
  return written[kind] ?? null;
}

type ValueContext = Omit<FieldContext, 'field'>;

function canonicalValue(value: Json, { node, schemas, keeps }: ValueContext): Json {
  const kind = goKindOf(node);
  if (kind === 'struct' && isJsonObject(value)) {
    return canonicalObject(value, node, schemas, keeps);
  }
  if (kind === 'list' && Array.isArray(value)) {
    const item = schemas.resolve(node.items ?? {});
    return value.map((element) => canonicalValue(element, { node: item, schemas, keeps }));
  }
  if (kind !== 'map' || !isJsonObject(value)) return value;
  const element = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
  const resolved = schemas.resolve(element);
  const result: JsonObject = {};
  for (const name of Object.keys(value).sort()) {
    const member = memberOf(value, name);
    if (member === undefined) continue;
    setMember(result, name, canonicalValue(member, { node: resolved, schemas, keeps }));
  }
  return result;
}

function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
