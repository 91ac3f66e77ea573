import { expect, test } from 'vitest';
import { aggregatedRoles } from '../../src/authz/aggregate-cluster-roles.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import { clusterRole } from './rbac.builder.js';

const get = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };
const update = { verbs: ['update'], apiGroups: [''], resources: ['secrets'] };
const metrics = { verbs: ['get'], nonResourceURLs: ['/metrics'] };

function labelled(object: KubeObject, ...labels: string[]): KubeObject {
  const pairs = Object.fromEntries(labels.map((label) => [label, 'true']));
  return { ...object, metadata: { ...object.metadata, labels: pairs } };
}

function aggregating(object: KubeObject, ...clusterRoleSelectors: JsonObject[]): KubeObject {
  return { ...object, aggregationRule: { clusterRoleSelectors } };
}

function rulesByName(roles: readonly KubeObject[]) {
  return Object.fromEntries(roles.map((role) => [role.metadata.name, role['rules']]));
}

const toView = { matchLabels: { 'to-view': 'true' } };
const toEdit = { matchLabels: { 'to-edit': 'true' } };

test('an aggregated role holds the rules of those it selects, by name, each rule once', () => {
  const roles = [
    aggregating(clusterRole('view', metrics), toView),
    labelled(clusterRole('b', get, update), 'to-view'),
    labelled(clusterRole('a', update), 'to-view'),
    clusterRole('unlabelled', metrics),
  ];
  expect(rulesByName(aggregatedRoles(roles))).toEqual({ view: [update, get] });
});

test('chains are followed to the end, whatever the order of names', () => {
  const roles = [
    aggregating(clusterRole('admin'), { matchLabels: { 'to-admin': 'true' } }),
    labelled(aggregating(clusterRole('edit'), toEdit), 'to-admin'),
    labelled(aggregating(clusterRole('view'), toView), 'to-edit'),
    labelled(clusterRole('z', get), 'to-view'),
  ];
  const changed = aggregatedRoles(roles);
  expect(rulesByName(changed)).toEqual({ admin: [get], edit: [get], view: [get] });
  const others = roles.filter((role) => role.metadata.name === 'z');
  expect(aggregatedRoles([...changed, ...others])).toEqual([]);
});

test('selectors add up in their order, expressions restrict', () => {
  const expressions = [
    { key: 'x', operator: 'In', values: ['true', 'maybe'] },
    { key: 'y', operator: 'DoesNotExist' },
  ];
  const roles = [
    aggregating(clusterRole('sum'), toView, { matchExpressions: expressions }),
    labelled(clusterRole('a', get), 'x'),
    labelled(clusterRole('b', metrics), 'x', 'y'),
    labelled(clusterRole('c', update), 'to-view'),
  ];
  expect(rulesByName(aggregatedRoles(roles))).toEqual({ sum: [update, get] });
});

test('an empty selector takes every other role, none at all takes the rules away', () => {
  const roles = [
    aggregating(clusterRole('all'), {}),
    aggregating(clusterRole('none', metrics)),
    clusterRole('a', get),
  ];
  expect(rulesByName(aggregatedRoles(roles))).toEqual({ all: [get], none: null });
});

test('a broken selector leaves a role as it is, and the others are still done', () => {
  const broken = { matchExpressions: [{ key: 'x', operator: 'Like' }] };
  const roles = [
    aggregating(clusterRole('broken', metrics), broken),
    aggregating(clusterRole('view'), toView),
    labelled(clusterRole('a', get), 'to-view'),
  ];
  expect(rulesByName(aggregatedRoles(roles))).toEqual({ view: [get] });
});

test('roles that select each other come to an end', () => {
  const one = labelled(aggregating(clusterRole('one', get), toEdit), 'to-view');
  const other = labelled(aggregating(clusterRole('other'), toView), 'to-edit');
  expect(aggregatedRoles([one, other]).length).toBeLessThanOrEqual(2);
});

test('what is given is not touched', () => {
  const roles = [
    aggregating(clusterRole('view'), toView),
    labelled(clusterRole('a', get), 'to-view'),
  ];
  const before = structuredClone(roles);
  aggregatedRoles(roles);
  expect(roles).toEqual(before);
});
