import { describe, expect, test } from 'vitest';
import {
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  scaleColumns,
  statefulSetColumns,
} from '../../../src/table/columns/apps-columns.js';
import { cells, heads, object } from '../table.builder.js';

const template = {
  spec: {
    nodeSelector: { z: '1', y: '2' },
    containers: [
      { name: 'm', image: 'img:1' },
      { name: 'n', image: 'img2' },
    ],
  },
};
const selector = {
  matchLabels: { b: 'x', a: 'y' },
  matchExpressions: [
    { key: 'c', operator: 'In', values: ['v2', 'v1'] },
    { key: 'g', operator: 'NotIn', values: ['z'] },
    { key: 'f', operator: 'DoesNotExist' },
    { key: 'e', operator: 'Exists' },
  ],
};
const selected = 'a=y,b=x,c in (v1,v2),e,!f,g notin (z)';

test('a Deployment shows its pods by state', () => {
  expect(heads(deploymentColumns)).toEqual([
    'Name',
    'Ready',
    'Up-to-date',
    'Available',
    'Age',
    'Containers:wide',
    'Images:wide',
    'Selector:wide',
  ]);
  const status = { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 };
  const deployment = object({ spec: { replicas: 3, template, selector }, status });
  expect(cells(deploymentColumns, deployment)).toEqual([
    'x',
    '1/3',
    2,
    1,
    '5m3s',
    'm,n',
    'img:1,img2',
    selected,
  ]);
});

test('a DaemonSet shows its nodes by state', () => {
  expect(heads(daemonSetColumns)).toEqual([
    'Name',
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
    'Up-to-date:integer',
    'Available:integer',
    'Node Selector',
    'Age',
    'Containers:wide',
    'Images:wide',
    'Selector:wide',
  ]);
  const daemons = object({ spec: { template, selector } });
  const row = ['x', 0, 0, 0, 0, 0, 'y=2,z=1', '5m3s', 'm,n', 'img:1,img2', selected];
  expect(cells(daemonSetColumns, daemons)).toEqual(row);
});

test('a StatefulSet shows how many pods are ready', () => {
  expect(heads(statefulSetColumns)).toEqual([
    'Name',
    'Ready',
    'Age',
    'Containers:wide',
    'Images:wide',
  ]);
  const set = object({ spec: { replicas: 0, template } });
  expect(cells(statefulSetColumns, set)).toEqual(['x', '0/0', '5m3s', 'm,n', 'img:1,img2']);
});

test('a ReplicaSet shows its pods in numbers', () => {
  expect(heads(replicaSetColumns).slice(0, 4)).toEqual([
    'Name',
    'Desired:integer',
    'Current:integer',
    'Ready:integer',
  ]);
  const set = object({ spec: { replicas: 4 }, status: { replicas: 3, readyReplicas: 2 } });
  expect(cells(replicaSetColumns, set)).toEqual(['x', 4, 3, 2, '5m3s', '', '', '<none>']);
});

test('a Scale shows what is wanted and what there is', () => {
  expect(heads(scaleColumns)).toEqual(['Name', 'Desired:integer', 'Available:integer', 'Age']);
  const scale = object({ spec: { replicas: 2 }, status: { replicas: 1 } });
  expect(cells(scaleColumns, scale)).toEqual(['x', 2, 1, '5m3s']);
});

describe('what is missing', () => {
  test('one replica is wanted where none is said, and nothing is there yet', () => {
    expect(cells(deploymentColumns, object())).toEqual(['x', '0/1', 0, 0, '5m3s', '', '', '']);
    expect(cells(statefulSetColumns, object())).toEqual(['x', '0/1', '5m3s', '', '']);
    expect(cells(daemonSetColumns, object()).slice(5)).toEqual([
      0,
      '<none>',
      '5m3s',
      '',
      '',
      '<none>',
    ]);
  });

  test.each([
    { key: 'a', operator: 'Near', values: ['b'] },
    { key: 'a', operator: 'In' },
    { key: 'a', operator: 'constructor', values: ['b'] },
    { key: 'a', operator: 'Exists', values: ['b'] },
  ])('a malformed selector is named as such: $operator', (expression) => {
    const broken = object({ spec: { selector: { matchExpressions: [expression] } } });
    expect(cells(deploymentColumns, broken).at(-1)).toBe('<invalid>');
    expect(cells(replicaSetColumns, broken).at(-1)).toBe('<error>');
  });
});
