import { expect, it } from 'vitest';
import { apiVersionOf } from '../../src/model/resource-definition.js';
import { builtInDefinitions } from '../../src/registry/built-in-resources.js';
import { bodyOf, definitionOf, noSchemas } from './registry.builder.js';

const definitions = builtInDefinitions(noSchemas);
const admission = 'admissionregistration.k8s.io/v1';
const rbac = 'rbac.authorization.k8s.io/v1';

/* As `kubectl api-resources -o wide` of Kubernetes 1.37.2 lists them. */
it.each([
  ['namespaces', 'ns', 'v1', false, 'Namespace', ''],
  ['secrets', '', 'v1', true, 'Secret', ''],
  ['configmaps', 'cm', 'v1', true, 'ConfigMap', ''],
  ['serviceaccounts', 'sa', 'v1', true, 'ServiceAccount', ''],
  ['events', 'ev', 'v1', true, 'Event', ''],
  ['pods', 'po', 'v1', true, 'Pod', 'all'],
  ['deployments', 'deploy', 'apps/v1', true, 'Deployment', 'all'],
  ['statefulsets', 'sts', 'apps/v1', true, 'StatefulSet', 'all'],
  ['daemonsets', 'ds', 'apps/v1', true, 'DaemonSet', 'all'],
  ['replicasets', 'rs', 'apps/v1', true, 'ReplicaSet', 'all'],
  ['roles', '', rbac, true, 'Role', ''],
  ['rolebindings', '', rbac, true, 'RoleBinding', ''],
  ['clusterroles', '', rbac, false, 'ClusterRole', ''],
  ['clusterrolebindings', '', rbac, false, 'ClusterRoleBinding', ''],
  ['leases', '', 'coordination.k8s.io/v1', true, 'Lease', ''],
  [
    'customresourcedefinitions',
    'crd,crds',
    'apiextensions.k8s.io/v1',
    false,
    'CustomResourceDefinition',
    'api-extensions',
  ],
  [
    'validatingadmissionpolicies',
    '',
    admission,
    false,
    'ValidatingAdmissionPolicy',
    'api-extensions',
  ],
  [
    'mutatingadmissionpolicybindings',
    '',
    admission,
    false,
    'MutatingAdmissionPolicyBinding',
    'api-extensions',
  ],
  ['tokenreviews', '', 'authentication.k8s.io/v1', false, 'TokenReview', ''],
  [
    'localsubjectaccessreviews',
    '',
    'authorization.k8s.io/v1',
    true,
    'LocalSubjectAccessReview',
    '',
  ],
] as const)('serves %s', (...row) => {
  const [resource, shortNames, apiVersion, isNamespaced, kind, categories] = row;
  const definition = definitionOf(resource);
  expect(definition).toMatchObject({ isNamespaced, kind, singular: kind.toLowerCase() });
  expect(definition.shortNames.join()).toBe(shortNames);
  expect(definition.categories.join()).toBe(categories);
  expect(apiVersionOf(definition)).toBe(apiVersion);
});

it('answers reviews without storing them', () => {
  const reviews = definitions.filter(({ verbs }) => verbs.join() === 'create');
  expect(reviews.map(({ kind }) => kind)).toEqual([
    'SelfSubjectReview',
    'TokenReview',
    'LocalSubjectAccessReview',
    'SelfSubjectAccessReview',
    'SelfSubjectRulesReview',
    'SubjectAccessReview',
  ]);
  expect(definitionOf('namespaces').verbs).not.toContain('deletecollection');
});

it('lets fields of some kinds be selected', () => {
  const fields = (resource: string, content: object) =>
    definitionOf(resource).selectableFields?.(bodyOf(resource, content as never));
  expect(fields('secrets', { type: 'Opaque' })).toEqual({ type: 'Opaque' });
  expect(fields('namespaces', { status: { phase: 'Active' } })).toEqual({
    'status.phase': 'Active',
  });
  expect(fields('pods', { spec: { nodeName: 'n' }, status: { podIPs: [{ ip: 'i' }] } })).toEqual({
    'spec.nodeName': 'n',
    'spec.restartPolicy': '',
    'spec.schedulerName': '',
    'spec.serviceAccountName': '',
    'spec.hostNetwork': 'false',
    'status.phase': '',
    'status.podIP': 'i',
    'status.nominatedNodeName': '',
  });
  expect(
    fields('events', { involvedObject: { kind: 'Pod', name: 'p' }, reportingComponent: 'c' }),
  ).toMatchObject({
    'involvedObject.kind': 'Pod',
    'involvedObject.name': 'p',
    reportingComponent: 'c',
    source: 'c',
  });
  expect(fields('configmaps', {})).toBeUndefined();
});
