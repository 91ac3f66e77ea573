import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageColumn, column, nameColumn } from './column.js';
import { sizeAt, textAt } from './object-fields.js';

export const namespaceColumns: readonly Column[] = [
  nameColumn,
  column('Status', 'Phase of the namespace', (object) => textAt(object, 'status', 'phase')),
  ageColumn,
];

/** Columns with the number of keys, never with values. */
export const secretColumns: readonly Column[] = [
  nameColumn,
  column('Type', 'What the Secret is for', (object) => textAt(object, 'type')),
  column('Data', 'Number of keys', (object) => sizeAt(object, 'data')),
  ageColumn,
];

export const serviceAccountColumns: readonly Column[] = [nameColumn, ageColumn];

function keysOfConfigMap(object: KubeObject): number {
  return sizeAt(object, 'data') + sizeAt(object, 'binaryData');
}

export const configMapColumns: readonly Column[] = [
  nameColumn,
  column('Data', 'Number of keys', keysOfConfigMap),
  ageColumn,
];
