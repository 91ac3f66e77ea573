import type { ResourceDefinition } from '../model/resource-definition.js';
import type { SchemaNode } from '../model/schema-node.js';

/** Schemas that the API server publishes for its built-in kinds. */
export interface PublishedSchemas {
  definitions(): Readonly<Record<string, SchemaNode>>;
  definitionName(group: string, version: string, kind: string): string | undefined;
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const refPrefix = '#/components/schemas/';
const metaPrefix = 'io.k8s.apimachinery.pkg.apis.meta.v1.';

export const deleteOptionsName = `${metaPrefix}DeleteOptions`;
export const patchName = `${metaPrefix}Patch`;
export const statusName = `${metaPrefix}Status`;

/** Returns a reference to a schema in the document. */
export function refTo(name: string): SchemaNode {
  return { $ref: refPrefix + name };
}

/** Names custom kinds by their reversed group: `com.example.stable.v1.CronTab`. */
export function schemaNameOf(
  definition: ResourceDefinition,
  schemas: PublishedSchemas,
): string | undefined {
  const { group, version, kind, isCustom } = definition;
  if (!isCustom) return schemas.definitionName(group, version, kind);
  return [...group.split('.').toReversed(), version, kind].join('.');
}

/** Returns the schema name of a list kind, with the prefix of the item kind's name. */
export function listNameOf(name: string, listKind: string): string {
  return name.slice(0, name.lastIndexOf('.') + 1) + listKind;
}

function kindMark({ group, version, kind }: GroupVersionKind): SchemaNode {
  return { 'x-kubernetes-group-version-kind': [{ group, version, kind }] };
}

function customSchema(definition: ResourceDefinition): SchemaNode {
  const { schema = { 'x-kubernetes-preserve-unknown-fields': true } } = definition;
  return {
    ...schema,
    type: 'object',
    properties: {
      ...schema.properties,
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { allOf: [refTo(`${metaPrefix}ObjectMeta`)] },
    },
    ...kindMark(definition),
  };
}

function listSchema(definition: ResourceDefinition, itemName: string): SchemaNode {
  const { group, version, listKind } = definition;
  return {
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      items: { type: 'array', items: refTo(itemName) },
      kind: { type: 'string' },
      metadata: { allOf: [refTo(`${metaPrefix}ListMeta`)] },
    },
    ...kindMark({ group, version, kind: listKind }),
  };
}

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const isRef = name === '$ref' && typeof member === 'string' && member.startsWith(refPrefix);
    return isRef ? [member.slice(refPrefix.length)] : refsIn(member);
  });
}

/** Returns the schemas of some resources, and all schemas that they or the operations refer to. */
export function reachableSchemas(
  definitions: readonly ResourceDefinition[],
  operations: unknown,
  schemas: PublishedSchemas,
): Readonly<Record<string, SchemaNode>> {
  const own = new Map<string, SchemaNode>([[patchName, { type: 'object' }]]);
  const published = schemas.definitions();
  const waiting = refsIn(operations);
  for (const definition of definitions) {
    const name = schemaNameOf(definition, schemas);
    if (name === undefined) continue;
    if (definition.isCustom) own.set(name, customSchema(definition));
    own.set(listNameOf(name, definition.listKind), listSchema(definition, name));
    waiting.push(name);
  }
  const found = new Map<string, SchemaNode>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = own.get(name) ?? (Object.hasOwn(published, name) ? published[name] : undefined);
    if (schema === undefined || found.has(name)) continue;
    found.set(name, schema);
    waiting.push(...refsIn(schema));
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => Number(a > b) - Number(a < b)));
}
