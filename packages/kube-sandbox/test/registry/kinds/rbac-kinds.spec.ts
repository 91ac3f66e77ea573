import { describe, expect, it } from 'vitest';
import { prepared, refusals, updateRefusals } from '../registry.builder.js';

/* What kube-apiserver 1.37.2 answered to the same bodies. */
const group = 'rbac.authorization.k8s.io';

describe('rules', () => {
  const needed = [
    'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
    'rules[0].resources: Required value: resource rules must supply at least one resource',
    'rules[0].verbs: Required value',
  ];

  it('name verbs, groups and resources, in either kind of role', () => {
    for (const resource of ['roles', 'clusterroles']) {
      expect(refusals(resource, { rules: [{}] })).toEqual(needed);
      expect(refusals(resource)).toEqual([]);
      expect(
        refusals(resource, { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['x'] }] }),
      ).toEqual([]);
    }
  });

  it('for URLs are for the cluster and for nothing else', () => {
    const field = 'rules[0].nonResourceURLs: Invalid value: ["/x"]';
    const both = `${field}: rules cannot apply to both regular resources and non-resource URLs`;
    const url = { verbs: ['get'], nonResourceURLs: ['/x'] };
    expect(refusals('clusterroles', { rules: [url] })).toEqual([]);
    expect(refusals('clusterroles', { rules: [{ ...url, resources: ['x'] }] })).toEqual([both]);
    expect(refusals('roles', { rules: [{ ...url, apiGroups: [''] }] })).toEqual([
      `${field}: namespaced rules cannot apply to non-resource URLs`,
      both,
    ]);
  });
});

describe('aggregation', () => {
  const field = 'aggregationRule.clusterRoleSelectors';
  const refused = (clusterRoleSelectors: object[]) =>
    refusals('clusterroles', { aggregationRule: { clusterRoleSelectors } as never });

  it('has selectors', () => {
    expect(refused([{ matchLabels: { a: 'b' } }])).toEqual([]);
    expect(refused([])).toEqual([
      `${field}: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil`,
    ]);
  });

  it('has selectors that can match', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In' },
      { key: 'a', operator: 'Foo' },
      { key: 'x', operator: 'Exists', values: ['a'] },
    ];
    expect(refused([{ matchExpressions }])).toEqual([
      `${field}[0].matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
      `${field}[0].matchExpressions[1].operator: Invalid value: "Foo": not a valid selector operator`,
      `${field}[0].matchExpressions[2].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
      `${field}[0]: Invalid value: null: invalid label selector.`,
    ]);
  });
});

describe('bindings', () => {
  const roleRef = { kind: 'ClusterRole', name: 'view' };

  it('get the group of roles and of people', () => {
    const subjects = [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 'a' },
    ];
    expect(prepared('rolebindings', { roleRef, subjects })).toMatchObject({
      roleRef: { ...roleRef, apiGroup: group },
      subjects: [{ kind: 'User', name: 'u', apiGroup: group }, subjects[1]],
    });
  });

  it('name a role that there can be', () => {
    const unsupported = (kinds: string) =>
      `roleRef.kind: Unsupported value: "X": supported values: ${kinds}`;
    const wrong = { roleRef: { apiGroup: 'z', kind: 'X', name: 'a/b' } };
    const others = (kinds: string) => [
      `roleRef.apiGroup: Unsupported value: "z": supported values: "${group}"`,
      unsupported(kinds),
      'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
    ];
    expect(refusals('rolebindings', wrong)).toEqual(others('"Role", "ClusterRole"'));
    expect(refusals('clusterrolebindings', wrong)).toEqual(others('"ClusterRole"'));
    expect(refusals('rolebindings')).toEqual([
      'roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"',
      'roleRef.name: Required value',
    ]);
    const subjects = [{ kind: 'User' }];
    const unnamed = { roleRef: { ...roleRef, name: '' }, subjects };
    expect(refusals('rolebindings', unnamed)).toEqual([
      'subjects[0].name: Required value',
      'roleRef.name: Required value',
    ]);
  });

  it('name subjects that there can be', () => {
    const subjects = [
      { kind: 'Group', name: '', apiGroup: 'x' },
      { kind: 'Foo', name: 'x' },
      { kind: 'ServiceAccount', name: 'a', apiGroup: 'x' },
      {},
    ];
    expect(refusals('rolebindings', { roleRef, subjects })).toEqual([
      `subjects[0].apiGroup: Unsupported value: "x": supported values: "${group}"`,
      'subjects[1].kind: Unsupported value: "Foo": supported values: "ServiceAccount", "User", "Group"',
      'subjects[2].apiGroup: Unsupported value: "x": supported values: ""',
      'subjects[3].kind: Unsupported value: "": supported values: "ServiceAccount", "User", "Group"',
      'subjects[0].name: Required value',
      'subjects[3].name: Required value',
    ]);
  });

  it('of the cluster say where a ServiceAccount lives', () => {
    const subjects = [{ kind: 'ServiceAccount', name: 'a' }];
    expect(refusals('rolebindings', { roleRef, subjects })).toEqual([]);
    expect(refusals('clusterrolebindings', { roleRef, subjects })).toEqual([
      'subjects[0].namespace: Required value',
    ]);
  });

  it('stay with their role', () => {
    const other = { roleRef: { kind: 'ClusterRole', name: 'edit' } };
    const shown = JSON.stringify({ APIGroup: group, Kind: 'ClusterRole', Name: 'edit' });
    for (const resource of ['rolebindings', 'clusterrolebindings']) {
      expect(updateRefusals(resource, { roleRef }, { roleRef })).toEqual([]);
      expect(updateRefusals(resource, { roleRef }, other)).toEqual([
        `roleRef: Invalid value: ${shown}: field is immutable`,
      ]);
    }
  });
});
