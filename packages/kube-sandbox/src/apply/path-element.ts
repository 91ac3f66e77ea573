import { Buffer } from 'node:buffer';
import { isJsonObject } from '../model/kube-object.js';
import type { Json } from '../model/kube-object.js';
import { entriesOf } from '../patch/members.js';
import { DocumentSyntaxError, parseJson } from '../schema/json-syntax.js';
import { toJson } from '../schema/raw-value.js';

type Content =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'key'; readonly fields: readonly (readonly [string, Json])[] }
  | { readonly kind: 'value'; readonly value: Json }
  | { readonly kind: 'index'; readonly index: number };

/** Step of a field path: a member, or a list element by its keys, value or position. */
export type PathElement = Content & {
  /** Text of FieldsV1, e.g. `f:data` or `k:{"name":"x"}`; equal elements have equal texts. */
  readonly text: string;
};

export type FieldPath = readonly PathElement[];

const surrogate = /[\ud800-\udfff]/;
const kinds = ['field', 'key', 'value', 'index'];

export function fieldElement(name: string): PathElement {
  return { kind: 'field', name, text: `f:${name}` };
}

/** Returns an element of a list with keys; sorts the fields by name. */
export function keyElement(fields: readonly (readonly [string, Json])[]): PathElement {
  const sorted = [...fields].sort(([left], [right]) => compareText(left, right));
  const members = sorted.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return { kind: 'key', fields: sorted, text: `k:{${members.join(',')}}` };
}

/** Returns an element of a set. */
export function valueElement(value: Json): PathElement {
  return { kind: 'value', value, text: `v:${JSON.stringify(value)}` };
}

/** Reads a member name of FieldsV1; returns undefined for unknown kinds. Throws SyntaxError. */
export function parseElement(text: string): PathElement | undefined {
  const content = text.slice(2);
  if (text.length < 2 || text[1] !== ':') throw new SyntaxError('no path element');
  if (text.startsWith('f')) return fieldElement(content);
  if (text.startsWith('v')) return valueElement(parseContent(content));
  if (text.startsWith('k')) {
    const fields = parseContent(content);
    if (!isJsonObject(fields)) throw new SyntaxError('no keys');
    return keyElement(entriesOf(fields));
  }
  if (!text.startsWith('i')) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(content)) throw new SyntaxError('no index');
  return { kind: 'index', index: Number(content), text: `i:${Number(content)}` };
}

function parseContent(text: string): Json {
  try {
    return toJson(parseJson(text));
  } catch (error) {
    if (!(error instanceof DocumentSyntaxError)) throw error;
    throw new SyntaxError('no JSON');
  }
}

/** Compares elements in the API server's order. */
export function compareElements(left: PathElement, right: PathElement): number {
  const byKind = kinds.indexOf(left.kind) - kinds.indexOf(right.kind);
  if (byKind !== 0) return byKind;
  if (left.kind === 'field' && right.kind === 'field') return compareText(left.name, right.name);
  if (left.kind === 'key' && right.kind === 'key') return compareKeys(left.fields, right.fields);
  if (left.kind === 'value' && right.kind === 'value') {
    return compareValues(left.value, right.value);
  }
  return left.kind === 'index' && right.kind === 'index' ? left.index - right.index : 0;
}

function compareKeys(
  left: readonly (readonly [string, Json])[],
  right: readonly (readonly [string, Json])[],
): number {
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareText(name, other[0]) || compareValues(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareValues(left: Json, right: Json): number {
  const byType = rank(left) - rank(right);
  if (byType !== 0) return byType;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  return compareText(JSON.stringify(left), JSON.stringify(right));
}

function rank(value: Json): number {
  const order = ['number', 'string', 'boolean', 'object'];
  return value === null ? order.length : order.indexOf(typeof value);
}

/** Compares UTF-8 bytes, as Go does; JavaScript differs only outside the basic plane. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  if (surrogate.test(left) || surrogate.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : 1;
}

/** Returns a path as conflicts name it, e.g. `.spec.containers[name="x"].image`. */
export function showPath(path: FieldPath): string {
  return path.map(showElement).join('');
}

export function showElement(element: PathElement): string {
  switch (element.kind) {
    case 'field':
      return `.${element.name}`;
    case 'key':
      return `[${element.fields.map(showField).join(',')}]`;
    case 'value':
      return `[=${JSON.stringify(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

function showField([name, value]: readonly [string, Json]): string {
  return `${name}=${JSON.stringify(value)}`;
}
