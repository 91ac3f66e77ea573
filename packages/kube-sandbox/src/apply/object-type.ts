import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';

export type Shape = 'map' | 'list' | 'scalar';

/** Type at a position: a schema, or a type `deduced` from the value, with atomic lists. */
export interface TypeRef {
  readonly node: SchemaNode | 'deduced' | 'atomic';
  /** Whether `x-kubernetes-preserve-unknown-fields` applies here. */
  readonly keepsUnknown: boolean;
}

export interface MapType {
  readonly isAtomic: boolean;
  readonly fields: Readonly<Record<string, SchemaNode>>;
  /** Type of members that have no schema of their own; undefined: such members are not allowed. */
  readonly element: TypeRef | undefined;
  readonly keepsUnknown: boolean;
}

export interface ListType {
  readonly isAtomic: boolean;
  /** Key fields; empty for sets. */
  readonly keys: readonly string[];
  readonly element: TypeRef;
}

/** Shapes that a value may have at one position. */
export interface ValueType {
  readonly scalar?: 'string' | 'numeric' | 'boolean' | 'untyped';
  readonly list?: ListType;
  readonly map?: MapType;
}

const deduced: TypeRef = { node: 'deduced', keepsUnknown: false };
const atomic: TypeRef = { node: 'atomic', keepsUnknown: false };
const text: SchemaNode = { type: 'string' };
/** Its OpenAPI schema is an object without members, but Kubernetes treats it as atomic. */
const rawExtension = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/**
 * Types as server-side apply reads them from a schema:
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export class ObjectTypes {
  readonly #schemas: SchemaSource;
  readonly #known = new WeakMap<SchemaNode, ValueType>();

  constructor(schemas: SchemaSource) {
    this.#schemas = schemas;
  }

  /** Returns the type of an object; schemas of custom resources do not describe metadata. */
  root(schema: SchemaNode | undefined): TypeRef {
    if (schema === undefined) return deduced;
    const node = this.#schemas.resolve(schema);
    const { properties = {} } = node;
    const own = properties['metadata'];
    const isTyped = own !== undefined && this.#schemas.resolve(own).properties !== undefined;
    if (isTyped) return { node, keepsUnknown: false };
    const model = this.#schemas.forKind('', 'v1', 'Secret');
    const shared = model && this.#schemas.resolve(model).properties?.['metadata'];
    const metadata = shared ?? own ?? { type: 'object' };
    const members = { apiVersion: text, kind: text, ...properties, metadata };
    return { node: { ...node, properties: members }, keepsUnknown: false };
  }

  of(type: TypeRef): ValueType {
    const { node } = type;
    if (node === 'deduced' || node === 'atomic') return untyped(node === 'atomic');
    if (type.keepsUnknown) return this.#read(node, true);
    const known = this.#known.get(node) ?? this.#read(node, false);
    this.#known.set(node, known);
    return known;
  }

  /** Returns the type of a map's member, or undefined if the schema declares none. */
  member(map: MapType, name: string): TypeRef | undefined {
    const node = fieldOf(map, name);
    return node === undefined ? map.element : { node, keepsUnknown: map.keepsUnknown };
  }

  /** Returns the default of a key field in a list's elements. */
  keyDefault(list: ListType, key: string): Json | undefined {
    const { map } = this.of(list.element);
    return map && fieldOf(map, key)?.default;
  }

  #read(node: SchemaNode, keepsUnknownAbove: boolean): ValueType {
    if (referenceOf(node).endsWith(rawExtension)) return untyped(true);
    const resolved = this.#schemas.resolve(node);
    const keywords = { ...resolved, ...node };
    const keepsUnknown =
      keepsUnknownAbove || resolved['x-kubernetes-preserve-unknown-fields'] === true;
    const isAtomic = keywords['x-kubernetes-map-type'] === 'atomic';
    switch (resolved.type) {
      case 'object':
        return { map: mapType(resolved, isAtomic, keepsUnknown) };
      case 'array':
        return { list: listType(keywords, keepsUnknown) };
      case 'integer':
      case 'number':
        return { scalar: 'numeric' };
      case 'boolean':
        return { scalar: 'boolean' };
      case 'string':
        return { scalar: isPlainText(resolved.format) ? 'string' : 'untyped' };
      default:
        return {
          scalar: 'untyped',
          list: listType(keywords, keepsUnknown),
          map: mapType(resolved, isAtomic, keepsUnknown),
        };
    }
  }
}

/** Reports whether the schema itself names the member. */
export function declares(map: MapType, name: string): boolean {
  return fieldOf(map, name) !== undefined;
}

/** Returns the shape for a value whose type allows several shapes or which fits none. */
export function shapeOf(type: ValueType, value: Json): Shape {
  if (Array.isArray(value) && type.list !== undefined) return 'list';
  if (isJsonObject(value) && type.map !== undefined) return 'map';
  const isScalar = value !== null && typeof value !== 'object';
  if (isScalar && type.scalar !== undefined) return 'scalar';
  if (type.map !== undefined) return 'map';
  return type.scalar === undefined ? 'list' : 'scalar';
}

function untyped(isAtomic: boolean): ValueType {
  const element = isAtomic ? atomic : deduced;
  return {
    scalar: 'untyped',
    list: { isAtomic: true, keys: [], element: atomic },
    map: { isAtomic, fields: {}, element, keepsUnknown: false },
  };
}

function referenceOf(node: SchemaNode): string {
  return node.$ref ?? node.allOf?.[0]?.$ref ?? '';
}

function fieldOf(map: MapType, name: string): SchemaNode | undefined {
  return Object.hasOwn(map.fields, name) ? map.fields[name] : undefined;
}

function isPlainText(format: string | undefined): boolean {
  return format === undefined || format === '' || format === 'byte';
}

function mapType(node: SchemaNode, isAtomic: boolean, keepsUnknown: boolean): MapType {
  const fields = node.properties ?? {};
  return { isAtomic, fields, element: elementOf(node, fields, keepsUnknown), keepsUnknown };
}

function elementOf(
  { additionalProperties: additional }: SchemaNode,
  fields: Readonly<Record<string, SchemaNode>>,
  keepsUnknown: boolean,
): TypeRef | undefined {
  if (typeof additional === 'object') return { node: additional, keepsUnknown };
  if (additional !== undefined) return additional ? deduced : undefined;
  return keepsUnknown || Object.keys(fields).length === 0 ? deduced : undefined;
}

function listType(node: SchemaNode, keepsUnknown: boolean): ListType {
  const element = node.items === undefined ? atomic : { node: node.items, keepsUnknown };
  const listed = node['x-kubernetes-list-type'];
  if (listed !== undefined) {
    const keys = listed === 'map' ? (node['x-kubernetes-list-map-keys'] ?? []) : [];
    return { isAtomic: listed === 'atomic', keys, element };
  }
  const strategy = node['x-kubernetes-patch-strategy'] ?? '';
  const key = node['x-kubernetes-patch-merge-key'];
  const isMerged = strategy === 'merge' || strategy === 'merge,retainKeys';
  return { isAtomic: !isMerged, keys: key === undefined ? [] : [key], element };
}
