import { expect, test } from 'vitest';
import {
  configMapColumns,
  namespaceColumns,
  secretColumns,
  serviceAccountColumns,
} from '../../../src/table/columns/core-columns.js';
import { defaultColumns } from '../../../src/table/columns/column.js';
import { cells, heads, object } from '../table.builder.js';

test('a namespace shows its phase', () => {
  expect(heads(namespaceColumns)).toEqual(['Name', 'Status', 'Age']);
  const active = object({ status: { phase: 'Active' } });
  expect(cells(namespaceColumns, active)).toEqual(['x', 'Active', '5m3s']);
  expect(cells(namespaceColumns, object())).toEqual(['x', '', '5m3s']);
});

test('a Secret shows its type and how many keys it has, never a value', () => {
  expect(heads(secretColumns)).toEqual(['Name', 'Type', 'Data', 'Age']);
  const secret = object({ type: 'Opaque', data: { a: 'c2VjcmV0', b: 'c2VjcmV0' } });
  expect(cells(secretColumns, secret)).toEqual(['x', 'Opaque', 2, '5m3s']);
  expect(cells(secretColumns, object({ type: 'Opaque' }))).toEqual(['x', 'Opaque', 0, '5m3s']);
});

test('a ServiceAccount shows its age', () => {
  expect(heads(serviceAccountColumns)).toEqual(['Name', 'Age']);
  expect(cells(serviceAccountColumns, object())).toEqual(['x', '5m3s']);
});

test('a ConfigMap shows how many keys of text and bytes it has', () => {
  expect(heads(configMapColumns)).toEqual(['Name', 'Data', 'Age']);
  const both = object({ data: { a: 'b' }, binaryData: { c: 'ZA==' } });
  expect(cells(configMapColumns, both)).toEqual(['x', 2, '5m3s']);
});

test('a kind without a printer shows when it was created', () => {
  expect(heads(defaultColumns)).toEqual(['Name', 'Created At:date']);
  expect(cells(defaultColumns, object())).toEqual(['x', '2026-01-01T00:00:00Z']);
  const never = { apiVersion: 'v1', kind: 'Thing', metadata: {} };
  expect(cells(defaultColumns, never)).toEqual(['', '0001-01-01T00:00:00Z']);
});
