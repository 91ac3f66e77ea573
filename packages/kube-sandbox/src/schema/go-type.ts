import type { SchemaNode } from '../model/schema-node.js';
import type { GoStruct } from './schema-source.js';

/** Kind of a resolved node in Go, as decoding and encoding need it. */
export type GoKind =
  | 'struct'
  | 'map'
  | 'list'
  | 'bytes'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'time'
  | 'quantity'
  | 'intOrString'
  | 'any';

const scalarNames: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'float64',
  boolean: 'bool',
};
const scalarKinds: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean']);

export function goKindOf(node: SchemaNode): GoKind {
  if (node.format === 'int-or-string') return 'intOrString';
  if (node['oneOf'] !== undefined && node.type === undefined) return 'quantity';
  if (node.type === 'object') return objectKind(node);
  if (node.type === 'array') return 'list';
  if (node.type === 'string' && node.format === 'byte') return 'bytes';
  if (node.type === 'string' && node.format === 'date-time') return 'time';
  return isScalar(node.type) ? node.type : 'any';
}

function isScalar(type: string | undefined): type is 'string' | 'integer' | 'number' | 'boolean' {
  return type !== undefined && scalarKinds.has(type);
}

function objectKind(node: SchemaNode): GoKind {
  if (node.properties !== undefined) return 'struct';
  return typeof node.additionalProperties === 'object' ? 'map' : 'any';
}

/** Go declaration of a field: its type, and when an encoder omits it. */
export interface GoFieldType {
  /** Type without the pointer. */
  readonly type: string;
  /** Embedded structs on the path to the field. */
  readonly embedded: readonly string[];
  readonly isPointer: boolean;
  readonly isOmittedWhenEmpty: boolean;
  readonly isOmittedWhenZero: boolean;
}

/** Fields of unknown structs keep every given scalar, as pointers do. */
export function goFieldType(
  struct: GoStruct | undefined,
  field: string,
  node: SchemaNode,
): GoFieldType {
  const declared = struct?.fields[field];
  if (declared === undefined) {
    const isPointer = node.default === undefined && goKindOf(node) !== 'list';
    const type = derivedType(node);
    const isOmitted = { isOmittedWhenEmpty: true, isOmittedWhenZero: false };
    return { type, embedded: [], isPointer, ...isOmitted };
  }
  const embedded = declared.split('/');
  const type = embedded.pop() ?? '';
  return {
    type: type.replace(/^\*|[!?]$/g, ''),
    embedded,
    isPointer: type.startsWith('*'),
    isOmittedWhenEmpty: !declared.endsWith('!'),
    isOmittedWhenZero: declared.endsWith('?'),
  };
}

/** Returns the type of a list's or map's elements; derives it for named list and map types. */
export function goElementType(type: string, element: SchemaNode): string {
  const given = /^(?:\[\]|map\[[\w.]+\])(.+)$/.exec(type)?.[1];
  return given?.replace(/^\*/, '') ?? derivedType(element);
}

function derivedType(node: SchemaNode): string {
  if (node.format === 'byte') return '[]uint8';
  if (node.type === 'integer') return node.format === 'int32' ? 'int32' : 'int64';
  return scalarNames[node.type ?? ''] ?? 'interface {}';
}
