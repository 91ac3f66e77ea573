import { expect, test } from 'vitest';
import {
  mutatingAdmissionPolicyBindingColumns,
  mutatingAdmissionPolicyColumns,
  validatingAdmissionPolicyBindingColumns,
  validatingAdmissionPolicyColumns,
} from '../../../src/table/columns/admission-columns.js';
import * as crds from '../../../src/table/columns/crd-columns.js';
import { leaseColumns } from '../../../src/table/columns/lease-columns.js';
import {
  clusterRoleBindingColumns,
  clusterRoleColumns,
  roleBindingColumns,
  roleColumns,
} from '../../../src/table/columns/rbac-columns.js';
import { cells, heads, object } from '../table.builder.js';

test('roles show when they were created, which is older than ages', () => {
  expect(heads(roleColumns)).toEqual(['Name', 'Created At:date']);
  expect(heads(clusterRoleColumns)).toEqual(heads(roleColumns));
});

test('bindings show the role, and to whom only when asked for more', () => {
  const names = ['Name', 'Role', 'Age', 'Users:wide', 'Groups:wide', 'ServiceAccounts:wide'];
  expect(heads(roleBindingColumns)).toEqual(names);
  expect(heads(clusterRoleBindingColumns)).toEqual(names);
  const binding = object({
    roleRef: { kind: 'ClusterRole', name: 'view' },
    subjects: [
      { kind: 'User', name: 'u1' },
      { kind: 'User', name: 'u2' },
      { kind: 'Group', name: 'g1' },
      { kind: 'ServiceAccount', namespace: 'n', name: 's1' },
    ],
  });
  const row = ['x', 'ClusterRole/view', '5m3s', 'u1, u2', 'g1', 'n/s1'];
  expect(cells(roleBindingColumns, binding)).toEqual(row);
});

test('a Lease shows its holder', () => {
  expect(heads(leaseColumns)).toEqual(['Name', 'Holder', 'Age']);
  expect(cells(leaseColumns, object({ spec: { holderIdentity: 'me' } }))[1]).toBe('me');
  expect(cells(leaseColumns, object())[1]).toBe('');
});

test('a CustomResourceDefinition shows the versions that are served', () => {
  expect(heads(crds.customResourceDefinitionColumns)).toEqual([
    'Name',
    'Scope',
    'Versions',
    'Created At:date',
    'Group:wide',
    'Kind:wide',
    'ShortNames:wide',
    'Established:boolean:wide',
  ]);
  const crd = object({
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Widget', shortNames: ['wd', 'wg'] },
      versions: [
        { name: 'v1beta1', served: true },
        { name: 'v1', served: true, storage: true },
        { name: 'v0', served: false },
      ],
    },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  });
  expect(cells(crds.customResourceDefinitionColumns, crd)).toEqual([
    'x',
    'Namespaced',
    'v1(storage),v1beta1',
    '2026-01-01T00:00:00Z',
    'example.com',
    'Widget',
    'wd,wg',
    true,
  ]);
  expect(cells(crds.customResourceDefinitionColumns, object()).at(-1)).toBe(false);
});

test('admission policies show how many rules they have', () => {
  const param = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } };
  const validating = object({ spec: { ...param, validations: [{}, {}] } });
  expect(heads(validatingAdmissionPolicyColumns)[1]).toBe('Validations:integer');
  const row = ['x', 2, 'v1/ConfigMap', '5m3s'];
  expect(cells(validatingAdmissionPolicyColumns, validating)).toEqual(row);
  expect(heads(mutatingAdmissionPolicyColumns)[1]).toBe('Mutations:integer');
  const mutating = object({ spec: { mutations: [{}] } });
  expect(cells(mutatingAdmissionPolicyColumns, mutating)).toEqual(['x', 1, '<unset>', '5m3s']);
});

test.each([
  [undefined, '<unset>'],
  [{ name: 'c', namespace: 'n' }, 'n/c'],
  [{ name: 'c' }, '*/c'],
  [
    {
      selector: {
        matchLabels: { b: 'c', a: 'd' },
        matchExpressions: [{ key: 'k', operator: 'In', values: ['y', 'x'] }],
      },
    },
    '&LabelSelector{MatchLabels:map[string]string{a: d,b: c,},MatchExpressions:' +
      '[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[y x],},},}',
  ],
])('a policy binding shows its parameters %j', (paramRef, text) => {
  const binding = object({ spec: { policyName: 'p', ...(paramRef && { paramRef }) } });
  const names = ['Name', 'PolicyName', 'ParamRef', 'Age'];
  expect(heads(validatingAdmissionPolicyBindingColumns)).toEqual(names);
  const row = ['x', 'p', text, '5m3s'];
  expect(cells(validatingAdmissionPolicyBindingColumns, binding)).toEqual(row);
  expect(cells(mutatingAdmissionPolicyBindingColumns, binding)).toEqual(row);
});
