import type { Json, JsonObject, KubeObject } from '../model/kube-object.js';
import type { Column } from '../model/resource-definition.js';
import { ageColumn, nameColumn } from './columns/column.js';
import { objectAt, objectsAt, textAt, numberAt } from './columns/object-fields.js';
import { cellText } from './cell-text.js';
import { ageOf } from './human-duration.js';
import { findByPath } from './json-path.js';
import { JsonPathError, parseJsonPath, type PathStep } from './json-path-parser.js';

type Cell = string | number | boolean | undefined;

const types: readonly string[] = ['string', 'integer', 'number', 'boolean', 'date'];

function isColumnType(type: string): type is Column['type'] {
  return types.includes(type);
}

/** Omits a value whose type differs from the column's, instead of converting it. */
function cellOf(value: Json | undefined, type: Column['type'], nowMs: number): Cell {
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'string':
      return cellText(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'date':
      return typeof value === 'string' ? ageOf(value, nowMs) : undefined;
  }
}

function firstValue(object: KubeObject, path: readonly PathStep[]): Json | undefined {
  try {
    return findByPath(object, path)[0];
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function printerColumn(spec: JsonObject): Column {
  const jsonPath = textAt(spec, 'jsonPath');
  const path = parseJsonPath(jsonPath);
  const given = textAt(spec, 'type');
  const type = isColumnType(given) ? given : 'string';
  const otherwise = `Custom resource definition column (in JSONPath format): ${jsonPath}`;
  return {
    name: textAt(spec, 'name'),
    type,
    format: textAt(spec, 'format'),
    description: textAt(spec, 'description') || otherwise,
    priority: numberAt(spec, 'priority'),
    cell: (object, nowMs) => cellOf(firstValue(object, path), type, nowMs),
  };
}

/** Returns the columns before the first invalid path, as the API server does. */
function printerColumns(specs: readonly JsonObject[]): Column[] {
  const columns: Column[] = [];
  for (const spec of specs) {
    try {
      columns.push(printerColumn(spec));
    } catch (error) {
      if (error instanceof JsonPathError) return columns;
      throw error;
    }
  }
  return columns;
}

/**
 * Returns the columns of an entry of a CustomResourceDefinition's `spec.versions`: its declared
 * columns, or the age if it declares none.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns
 */
export function columnsOf(crdVersion: JsonObject): readonly Column[] {
  const specs = objectsAt(crdVersion, 'additionalPrinterColumns');
  if (specs.length === 0) return [nameColumn, { ...ageColumn, type: 'date' }];
  return [nameColumn, ...printerColumns(specs)];
}

function replicas(name: string, description: string, member: string): Column {
  return {
    name,
    type: 'integer',
    description,
    priority: 0,
    cell: (object) => numberAt(object, member, 'replicas'),
  };
}

/** Returns the columns of the version's `scale` subresource. */
export function scaleColumnsOf(crdVersion: JsonObject): readonly Column[] {
  const scale = objectAt(crdVersion, 'subresources', 'scale') ?? {};
  const desired = replicas('Desired', 'Number of desired replicas', 'spec');
  const available = replicas('Available', 'Number of actual replicas', 'status');
  return [
    nameColumn,
    ...(textAt(scale, 'specReplicasPath') === '' ? [] : [desired]),
    ...(textAt(scale, 'statusReplicasPath') === '' ? [] : [available]),
    { ...ageColumn, type: 'date' },
  ];
}
