import { describe, expect, test } from 'vitest';
import { namespaceColumns } from '../../src/table/columns/core-columns.js';
import { podColumns } from '../../src/table/columns/pod-columns.js';
import {
  parseIncludeObject,
  partialMetadata,
  partialMetadataList,
  renderTable,
} from '../../src/table/render-table.js';
import { created, definition, nowMs, object } from './table.builder.js';

const options = { includeObject: 'None', nowMs, withColumns: true } as const;
const namespaces = definition(namespaceColumns);
const active = object({ metadata: { resourceVersion: '9' }, status: { phase: 'Active' } });

describe('a table', () => {
  test('of one object has its resourceVersion', () => {
    expect(renderTable(namespaces, [active], options)).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '9' },
      columnDefinitions: [
        {
          name: 'Name',
          type: 'string',
          format: 'name',
          description: 'Name of the object',
          priority: 0,
        },
        {
          name: 'Status',
          type: 'string',
          format: '',
          description: 'Phase of the namespace',
          priority: 0,
        },
        {
          name: 'Age',
          type: 'string',
          format: '',
          description: 'Time since the object was created',
          priority: 0,
        },
      ],
      rows: [{ cells: ['x', 'Active', '5m3s'], object: null }],
    });
  });

  test('of a list has the metadata of the list', () => {
    const listMeta = { resourceVersion: '12', continue: 'next', remainingItemCount: 4 };
    const table = renderTable(namespaces, [active], { ...options, listMeta });
    expect(table['metadata']).toEqual(listMeta);
    const empty = renderTable(namespaces, [], { ...options, listMeta: { resourceVersion: '12' } });
    expect([empty['metadata'], empty['rows']]).toEqual([{ resourceVersion: '12' }, []]);
  });

  test('has no columns after the first event of a watch', () => {
    const table = renderTable(namespaces, [active], { ...options, withColumns: false });
    expect(table['columnDefinitions']).toBeNull();
  });

  test('holds of each object what is asked for', () => {
    const objectFor = (includeObject: 'None' | 'Metadata' | 'Object') => {
      const { rows } = renderTable(namespaces, [active], { ...options, includeObject });
      return (rows as { object: unknown }[])[0]?.object;
    };
    expect(objectFor('None')).toBeNull();
    expect(objectFor('Object')).toEqual(active);
    expect(objectFor('Metadata')).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'x', creationTimestamp: created, resourceVersion: '9' },
    });
  });

  test('of the bookmark that ends the initial events keeps its mark', () => {
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = { resourceVersion: '9', annotations };
    const bookmark = { apiVersion: 'v1', kind: 'Namespace', metadata };
    const { rows } = renderTable(namespaces, [bookmark], options);
    expect(rows).toEqual([
      {
        cells: ['', '', '<unknown>'],
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
      },
    ]);
  });

  test('says in which version it is', () => {
    const old = { ...options, includeObject: 'Metadata', metaVersion: 'v1beta1' } as const;
    const table = renderTable(namespaces, [active], old);
    expect(table['apiVersion']).toBe('meta.k8s.io/v1beta1');
    expect(table['rows']).toMatchObject([{ object: { apiVersion: 'meta.k8s.io/v1beta1' } }]);
  });

  test('marks pods that have ended', () => {
    const pods = definition(podColumns, { resource: 'pods' });
    const ended = object({ status: { phase: 'Succeeded' } });
    const { rows } = renderTable(pods, [ended], options);
    expect(rows).toMatchObject([{ conditions: [{ type: 'Completed', reason: 'Succeeded' }] }]);
  });

  test('never shares an object', () => {
    const table = renderTable(namespaces, [active], { ...options, includeObject: 'Object' });
    const [row] = table['rows'] as { object: { metadata: { name: string } } }[];
    if (row) row.object.metadata.name = 'other';
    expect(active.metadata.name).toBe('x');
  });
});

test('metadata alone, of one object or of a list', () => {
  const one = partialMetadata(active);
  expect(one).toEqual({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: active.metadata,
  });
  expect(partialMetadataList([active], { resourceVersion: '12' })).toEqual({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '12' },
    items: [one],
  });
});

test('includeObject is one of three, Metadata where it is left out', () => {
  const values = [null, '', 'None', 'Metadata', 'Object'];
  const read = ['Metadata', 'Metadata', 'None', 'Metadata', 'Object'];
  expect(values.map(parseIncludeObject)).toEqual(read);
  expect(() => parseIncludeObject('Bla')).toThrow(
    'Unable to convert to Table as requested: includeObject: Invalid value: "Bla": ' +
      "must be 'Metadata', 'Object', 'None', or empty",
  );
});
