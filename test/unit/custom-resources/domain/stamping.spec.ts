import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import {
  STAMPING_POLICY,
  stampingPolicyOf,
  stampingSince as since,
} from '../../../../src/custom-resources/domain/stamping.js';

type Json = Readonly<Record<string, unknown>>;

const text = readFileSync('deploy/rbac/policies/author/rotation-author.yaml', 'utf8');
const shipped = parseAllDocuments(text).map((one) => one.toJS() as Json);
const policySpec = shipped[0]?.['spec'] as Json;
const bindingSpec = shipped[1]?.['spec'] as Json;
const constraints = policySpec['matchConstraints'] as Json;
const [rule] = constraints['resourceRules'] as readonly [Json];

const object = (spec: unknown, creationTimestamp: unknown): Json => ({
  metadata: { name: STAMPING_POLICY, creationTimestamp },
  spec,
});
const first = '2026-01-01T00:00:00Z';
const second = '2026-01-02T00:00:00Z';
const settled = Date.parse(second) + rotationLimits.stampingSettlesMs;

const stampingSince = (policy: Parameters<typeof since>[0], binding: typeof policy) =>
  since(policy, binding, 'secretrotations');

function sinceOf(policy: Json, binding: Json = {}): number | undefined {
  return stampingSince(
    object({ ...policySpec, ...policy }, first),
    object({ ...bindingSpec, ...binding }, second),
  );
}

const constrained = (change: Json): Json => ({ matchConstraints: { ...constraints, ...change } });
const ruled = (change: Json): Json => constrained({ resourceRules: [{ ...rule, ...change }] });

describe('authors are stamped', () => {
  it('since policy and binding are both there, as they are shipped', () => {
    expect(sinceOf({})).toBe(settled);
    const turned = stampingSince(object(policySpec, second), object(bindingSpec, first));
    expect(turned).toBe(settled);
  });

  it('also where the rule is of everything', () => {
    const all = { apiGroups: ['*'], resources: ['*'], operations: ['*'] };
    expect(sinceOf(ruled(all))).toBe(settled);
  });

  it.each<[string, Json]>([
    ['lets through what it cannot stamp', { failurePolicy: 'Ignore' }],
    ['has conditions', { matchConditions: [{ name: 'a', expression: 'false' }] }],
    ['depends on parameters', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }],
    ['is for nothing', { matchConstraints: undefined }],
    ['is for some namespaces', constrained({ namespaceSelector: { matchLabels: { a: 'b' } } })],
    ['is for some objects', constrained({ objectSelector: { matchExpressions: [{}] } })],
    ['leaves something out', constrained({ excludeResourceRules: [rule] })],
    ['is for some names', ruled({ resourceNames: ['a'] })],
    ['is for another group', ruled({ apiGroups: ['example.com'] })],
    ['is for another resource', ruled({ resources: ['secretrotations/status'] })],
    ['is for one version', ruled({ apiVersions: ['v1alpha1'] })],
    ['is for new objects alone', ruled({ operations: ['CREATE'] })],
    ['is for changed objects alone', ruled({ operations: ['UPDATE'] })],
    ['is for what has no namespace', ruled({ scope: 'Cluster' })],
  ])('not by a policy that %s', (_what, policy) => {
    expect(sinceOf(policy)).toBeUndefined();
  });

  it.each<[string, Json]>([
    ['is of another policy', { policyName: 'other' }],
    ['is for some resources', { matchResources: {} }],
    ['has parameters', { paramRef: { name: 'a', parameterNotFoundAction: 'Allow' } }],
  ])('not by a binding that %s', (_what, binding) => {
    expect(sinceOf({}, binding)).toBeUndefined();
  });

  it.each([undefined, null, '', 'yesterday', {}])('not since %j', (time) => {
    expect(stampingSince(object(policySpec, time), object(bindingSpec, second))).toBeUndefined();
  });

  it('not by objects that are none', () => {
    expect(stampingSince({}, {})).toBeUndefined();
    expect(stampingSince(object(null, first), object('x', first))).toBeUndefined();
  });
});

it('shares and imports have a policy of their own, which no earlier version had', () => {
  expect(stampingPolicyOf('secretrotations')).toBe(STAMPING_POLICY);
  for (const resource of ['secretshares', 'secretimports']) {
    expect(stampingPolicyOf(resource)).toBe('sallyport-share-author');
    const policy = object(policySpec, first);
    expect(since(policy, object(bindingSpec, first), resource)).toBeUndefined();
  }
});

it('syncs have a policy of their own, which no earlier version had', () => {
  expect(stampingPolicyOf('secretsyncs')).toBe('sallyport-sync-author');
});
