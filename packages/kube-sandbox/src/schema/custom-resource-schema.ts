import { isJsonObject, type Json, type JsonObject } from '../model/kube-object.js';
import type { SchemaNode } from '../model/schema-node.js';
import { bounds } from '../store/sandbox-bounds.js';
import { memberOf, setMember } from './raw-value.js';
import { memberSchema } from './structural-schema.js';
import { ToldCharacters } from './told-characters.js';

export { validateObject } from './custom-resource-validation.js';

/** Paths of unknown fields, up to the limit of reported characters. */
class UnknownFields {
  readonly #paths: string[] = [];
  readonly #told = new ToldCharacters();

  add(path: string): void {
    if (this.#paths.length < bounds.problemsToldMax && this.#told.spend(path.length)) {
      this.#paths.push(path);
    }
  }

  sorted(): string[] {
    return this.#paths.toSorted();
  }
}

const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Records members that a schema does not define, optionally before they are dropped. */
interface Pruning {
  readonly isDropping: boolean;
  readonly unknown: UnknownFields;
}

/**
 * Removes, in place, members that the structural schema of a custom resource does not define, and
 * nulls that are neither allowed nor replaced by a default. Returns the object.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function pruneObject<T extends JsonObject>(object: T, schema: SchemaNode): T {
  prune(object, atRoot(schema), '', { isDropping: true, unknown: new UnknownFields() });
  dropNulls(object, schema);
  return object;
}

/**
 * Returns the paths that `pruneObject` drops, sorted: `spec.list[0].foo`. The number is limited.
 */
export function unknownFields(object: JsonObject, schema: SchemaNode): string[] {
  const unknown = new UnknownFields();
  prune(object, atRoot(schema), '', { isDropping: false, unknown });
  return unknown.sorted();
}

/** Sets the defaults of a structural schema in place. Returns the object. */
export function defaultObject<T extends JsonObject>(object: T, schema: SchemaNode): T {
  fillDefaults(object, schema);
  return object;
}

function atRoot(schema: SchemaNode): SchemaNode {
  return { ...schema, 'x-kubernetes-embedded-resource': true };
}

/** Without a schema every member is unknown; only lists of scalars stay. */
function prune(
  value: Json | undefined,
  schema: SchemaNode | undefined,
  path: string,
  to: Pruning,
): void {
  if (Array.isArray(value)) {
    const keepsAll = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
    for (const [index, item] of value.entries()) {
      // A preserving list without an item schema keeps whole items.
      if (keepsAll && schema.items === undefined) continue;
      const items = keepsAll && schema.items ? preserving(schema.items) : schema?.items;
      prune(item, items, `${path}[${index}]`, to);
    }
  } else if (isJsonObject(value)) {
    pruneMembers(value, schema, path, to);
  }
}

/** Items of a preserving list keep unknown fields too. */
function preserving(schema: SchemaNode): SchemaNode {
  return { ...schema, 'x-kubernetes-preserve-unknown-fields': true };
}

function pruneMembers(
  object: JsonObject,
  schema: SchemaNode | undefined,
  path: string,
  to: Pruning,
): void {
  const isEmbedded = schema?.['x-kubernetes-embedded-resource'] === true;
  const keepsUnknown = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  for (const name of Object.keys(object)) {
    if (isEmbedded && metaFields.has(name)) continue;
    const memberPath = path === '' ? name : `${path}.${name}`;
    const known = schema === undefined ? undefined : memberSchema(schema, name);
    if (known !== undefined) {
      prune(memberOf(object, name), known === true ? undefined : known, memberPath, to);
    } else if (!keepsUnknown) {
      to.unknown.add(memberPath);
      if (to.isDropping) delete object[name];
    }
  }
}

function dropNulls(value: Json | undefined, schema: SchemaNode | undefined): void {
  if (Array.isArray(value)) {
    for (const item of value) dropNulls(item, schema?.items);
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) {
      const known = schema && memberSchema(schema, name);
      const node = known === true ? undefined : known;
      const member = memberOf(value, name);
      if (member === null && node && !allowsNull(node) && node.default === undefined) {
        delete value[name];
      } else {
        dropNulls(member, node);
      }
    }
  }
}

function allowsNull(schema: SchemaNode): boolean {
  return schema['nullable'] === true;
}

function fillDefaults(value: Json | undefined, schema: SchemaNode): void {
  if (Array.isArray(value)) {
    fillItems(value, schema.items);
  } else if (isJsonObject(value)) {
    fillProperties(value, schema);
    for (const name of Object.keys(value)) {
      const known = memberSchema(schema, name);
      if (known === undefined || known === true) continue;
      if (isReplacedNull(memberOf(value, name), known)) setMember(value, name, defaultOf(known));
      fillDefaults(memberOf(value, name), known);
    }
  }
}

function fillProperties(object: JsonObject, { properties }: SchemaNode): void {
  for (const [name, property] of Object.entries(properties ?? {})) {
    if (property.default === undefined || property.default === null) continue;
    const given = memberOf(object, name);
    if (given === undefined || isReplacedNull(given, property)) {
      setMember(object, name, defaultOf(property));
    }
  }
}

function fillItems(list: Json[], items: SchemaNode | undefined): void {
  if (items === undefined) return;
  for (const [index, item] of list.entries()) {
    if (isReplacedNull(item, items)) list[index] = defaultOf(items);
    fillDefaults(list[index], items);
  }
}

function isReplacedNull(value: Json | undefined, schema: SchemaNode): boolean {
  return value === null && !allowsNull(schema) && schema.default !== undefined;
}

function defaultOf(schema: SchemaNode): Json {
  return structuredClone(schema.default ?? null);
}
