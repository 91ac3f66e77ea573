import type { z } from 'zod';
import { schemaOf } from '../../core/json-schema.js';

/** Part of the JSON Schema of a spec, as far as its types need it. */
export interface SpecNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly items?: SpecNode;
  readonly oneOf?: readonly SpecNode[];
  readonly properties?: Readonly<Record<string, SpecNode>>;
  readonly additionalProperties?: boolean | SpecNode;
  readonly required?: readonly string[];
}

/** Returns the schema of what an author writes, without what a read body has in addition. */
export function specTreeOf(body: z.ZodType, ignored: readonly string[]): SpecNode {
  const { properties = {}, ...rest } = schemaOf(body, 'input') as SpecNode; // of REST
  const written = Object.entries(properties).filter(([name]) => !ignored.includes(name));
  return { ...rest, properties: Object.fromEntries(written) };
}

/** Reports whether a node is an object without members, which only says that it is chosen. */
export function isMark(node: SpecNode): boolean {
  const { type, properties } = node;
  return type === 'object' && Object.keys(properties ?? {}).length === 0 && !entriesOf(node);
}

/** Returns the schema of the entries of a map by name; undefined if the node is no map. */
export function entriesOf({ additionalProperties }: SpecNode): SpecNode | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** Reports whether a node is any JSON, which GraphQL has as a text. */
export function isAnyJson(node: SpecNode): boolean {
  return Object.keys(node).every((member) => member === 'description' || member === 'default');
}

/** Returns a node whose alternatives are one object that has the members of all. */
export function merged(node: SpecNode): SpecNode {
  const { oneOf, ...rest } = node;
  const [first, ...others] = oneOf ?? [];
  if (first === undefined) return node;
  const all = others.reduce(withMembersOf, first);
  return {
    ...rest,
    type: 'object',
    properties: all.properties ?? {},
    required: all.required ?? [],
  };
}

function withMembersOf(one: SpecNode, other: SpecNode): SpecNode {
  const properties = new Map(Object.entries(one.properties ?? {}));
  for (const [name, property] of Object.entries(other.properties ?? {})) {
    const known = properties.get(name);
    properties.set(name, known === undefined ? property : withValuesOf(known, property));
  }
  const required = (one.required ?? []).filter((name) => other.required?.includes(name));
  return { properties: Object.fromEntries(properties), required };
}

/** Joins the values by which alternatives differ. */
function withValuesOf(one: SpecNode, other: SpecNode): SpecNode {
  const { const: _const, ...rest } = one;
  return { ...rest, enum: [...valuesOf(one), ...valuesOf(other)] };
}

function valuesOf({ enum: values = [], const: value }: SpecNode): readonly string[] {
  return value === undefined ? values : [value];
}
