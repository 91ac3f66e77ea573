import type { KubeObject } from '../../src/model/kube-object.js';
import type { Column, ResourceDefinition } from '../../src/model/resource-definition.js';

export const created = '2026-01-01T00:00:00Z';
/** Five minutes and three seconds later. */
export const nowMs = Date.parse(created) + 303_000;

/** An object of the kind that columns are asked about; its age is `5m3s`. */
export function object(members: Record<string, unknown> = {}): KubeObject {
  const { metadata, ...rest } = members;
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name: 'x', creationTimestamp: created, ...(metadata as object) },
    ...rest,
  } as KubeObject;
}

/** The row of an object. */
export function cells(columns: readonly Column[], thing: KubeObject): unknown[] {
  return columns.map((column) => column.cell(thing, nowMs));
}

/** `name`, `type` where it is not a string, and `wide` where a plain `get` hides it. */
export function heads(columns: readonly Column[]): string[] {
  return columns.map(({ name, type, priority }) =>
    [name, ...(type === 'string' ? [] : [type]), ...(priority === 0 ? [] : ['wide'])].join(':'),
  );
}

/** A definition of which only its columns and its name matter. */
export function definition(
  columns: readonly Column[],
  more: Partial<ResourceDefinition> = {},
): ResourceDefinition {
  return {
    group: '',
    version: 'v1',
    resource: 'things',
    singular: 'thing',
    kind: 'Thing',
    listKind: 'ThingList',
    isNamespaced: true,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    shortNames: [],
    categories: [],
    subresources: [],
    strategy: {},
    columns,
    schema: undefined,
    isCustom: false,
    ...more,
  };
}
