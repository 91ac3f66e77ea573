import { nameOf } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageOf, timeOf } from '../human-duration.js';

type Cell = Column['cell'];

/** Returns a text column that `kubectl get` always prints. */
export function column(name: string, description: string, cell: Cell): Column {
  return { name, type: 'string', description, priority: 0, cell };
}

/** Returns a column that only `kubectl get -o wide` prints. */
export function wide(name: string, description: string, cell: Cell): Column {
  return { ...column(name, description, cell), priority: 1 };
}

/** Returns a column of whole numbers. */
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

/** Creation time in UTC, which tables had before ages. */
export const createdAtColumn: Column = {
  ...column('Created At', 'When the object was created', (object) => {
    const then = timeOf(object.metadata.creationTimestamp ?? '');
    if (then === undefined) return '0001-01-01T00:00:00Z';
    return new Date(then).toISOString().replace(/\.\d+Z$/, 'Z');
  }),
  type: 'date',
};

/** Columns of kinds without a printer in the API server. */
export const defaultColumns: readonly Column[] = [nameColumn, createdAtColumn];
