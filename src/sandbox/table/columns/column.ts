import { nameOf } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageOf, timeOf } from '../human-duration.js';

type Cell = Column['cell'];

/** A column of texts that `kubectl get` always shows. */
export function column(name: string, description: string, cell: Cell): Column {
  return { name, type: 'string', description, priority: 0, cell };
}

/** A column that only `kubectl get -o wide` shows. */
export function wide(name: string, description: string, cell: Cell): Column {
  return { ...column(name, description, cell), priority: 1 };
}

/** A column of whole numbers. */
export function count(name: string, description: string, cell: Cell): Column {
  return { ...column(name, description, cell), type: 'integer' };
}

export const nameColumn: Column = {
  ...column('Name', 'Name of the object', nameOf),
  format: 'name',
};

export const ageColumn: Column = column('Age', 'Time since the object was created', (object, now) =>
  ageOf(object.metadata.creationTimestamp, now),
);

/** The time itself, in UTC; what tables had before ages. */
export const createdAtColumn: Column = {
  ...column('Created At', 'When the object was created', (object) => {
    const then = timeOf(object.metadata.creationTimestamp ?? '');
    if (then === undefined) return '0001-01-01T00:00:00Z';
    return new Date(then).toISOString().replace(/\.\d+Z$/, 'Z');
  }),
  type: 'date',
};

/** For kinds that the API server has no printer for. */
export const defaultColumns: readonly Column[] = [nameColumn, createdAtColumn];
