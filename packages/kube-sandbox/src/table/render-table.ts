import { badRequest } from '../model/api-status.js';
import { cloneJson, type Json, type JsonObject, type KubeObject } from '../model/kube-object.js';
import type { Column, ResourceDefinition } from '../model/resource-definition.js';
import { podRowConditions } from './columns/pod-columns.js';

export type IncludeObject = 'None' | 'Metadata' | 'Object';
/** Served versions, which have the same content. */
export type MetaVersion = 'v1' | 'v1beta1';

export interface TableOptions {
  /** Metadata of the list; without it the table is of one object. */
  readonly listMeta?: JsonObject;
  readonly includeObject: IncludeObject;
  readonly nowMs: number;
  /** False for every event of a watch after the first. */
  readonly withColumns: boolean;
  readonly metaVersion?: MetaVersion;
}

/**
 * Reads the query parameter `includeObject`; absent or empty means Metadata. Throws 400 for an
 * invalid policy.
 */
export function parseIncludeObject(value: string | null | undefined): IncludeObject {
  if (!value) return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  const allowed = "must be 'Metadata', 'Object', 'None', or empty";
  const why = `includeObject: Invalid value: ${JSON.stringify(value)}: ${allowed}`;
  throw badRequest(`Unable to convert to Table as requested: ${why}`);
}

/**
 * Returns only the metadata of an object.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches
 */
export function partialMetadata(object: KubeObject, metaVersion: MetaVersion = 'v1'): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: cloneJson(object.metadata),
  };
}

/** Returns a list of objects with only their metadata. */
export function partialMetadataList(
  objects: readonly KubeObject[],
  listMeta: JsonObject,
  metaVersion: MetaVersion = 'v1',
): JsonObject {
  return {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: { ...listMeta },
    items: objects.map((object) => partialMetadata(object, metaVersion)),
  };
}

function columnDefinition(column: Column): JsonObject {
  const { name, type, format = '', description, priority } = column;
  return { name, type, format, description, priority };
}

/** The last bookmark of the initial events keeps its annotation for every `includeObject`. */
function endsInitialEvents(object: KubeObject): boolean {
  return object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
}

function rowObject(object: KubeObject, options: TableOptions): Json {
  if (options.includeObject === 'Object') return cloneJson(object);
  if (options.includeObject === 'None' && !endsInitialEvents(object)) return null;
  return partialMetadata(object, options.metaVersion);
}

function row(definition: ResourceDefinition, object: KubeObject, options: TableOptions): Json {
  const { columns, group, resource } = definition;
  const conditions = group === '' && resource === 'pods' ? podRowConditions(object) : undefined;
  return {
    cells: columns.map((column) => column.cell(object, options.nowMs) ?? null),
    ...(conditions === undefined ? {} : { conditions }),
    object: rowObject(object, options),
  };
}

function tableMeta(objects: readonly KubeObject[], listMeta: JsonObject | undefined): JsonObject {
  const {
    resourceVersion,
    continue: next,
    remainingItemCount,
  } = listMeta ?? { resourceVersion: objects[0]?.metadata.resourceVersion };
  return {
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(next ? { continue: next } : {}),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

/**
 * Renders objects as table rows.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 */
export function renderTable(
  definition: ResourceDefinition,
  objects: readonly KubeObject[],
  options: TableOptions,
): JsonObject {
  const { listMeta, withColumns, metaVersion = 'v1' } = options;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${metaVersion}`,
    metadata: tableMeta(objects, listMeta),
    columnDefinitions: withColumns ? definition.columns.map(columnDefinition) : null,
    rows: objects.map((object) => row(definition, object, options)),
  };
}
