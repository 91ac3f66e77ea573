import { describe, expect, test } from 'vitest';
import { type AccessReviewKind, reviewAccess } from '../../src/reviews/access-reviews.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import {
  authorizerOf,
  binding,
  clusterRole,
  statusOf,
  subject,
  userNamed,
} from '../authz/rbac.builder.js';

const GROUP = 'authorization.k8s.io';
const bob = userNamed('bob');
const authorizer = authorizerOf(
  clusterRole(
    'r',
    { verbs: ['get'], apiGroups: [''], resources: ['secrets'] },
    { verbs: ['get'], nonResourceURLs: ['/x'] },
  ),
  binding('', 'b', 'ClusterRole/r', subject('User', 'bob'), subject('Group', 'devs')),
  binding('', 'broken', 'ClusterRole/gone', subject('User', 'eve')),
);
const getSecrets = { verb: 'get', resource: 'secrets', namespace: 'pay' };
const exactlyOne = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';

function review(
  kind: AccessReviewKind,
  spec: JsonObject | undefined,
  metadata: JsonObject = {},
): KubeObject {
  const object = { kind, apiVersion: `${GROUP}/v1`, metadata, spec };
  return reviewAccess(kind, object, bob, 'pay', authorizer);
}

describe('the answer', () => {
  test('to a SubjectAccessReview is about the user in its spec', () => {
    const spec = { resourceAttributes: getSecrets, groups: ['devs'], extra: { a: ['b'] } };
    const metadata = { managedFields: [{ manager: 'curl' }] };
    const sent = { ...metadata, namespace: 'x', uid: 'u', creationTimestamp: 'now' };
    expect(review('SubjectAccessReview', spec, sent)).toEqual({
      kind: 'SubjectAccessReview',
      apiVersion: `${GROUP}/v1`,
      metadata,
      spec,
      status: {
        allowed: true,
        reason: 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to Group "devs"',
      },
    });
  });

  test('to a refusal has no reason but that of missing roles', () => {
    const ask = (user: string) =>
      review('SubjectAccessReview', { user, resourceAttributes: getSecrets })['status'];
    expect(ask('alice')).toEqual({ allowed: false });
    expect(ask('eve')).toEqual({
      allowed: false,
      reason: 'rbac: RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found',
    });
  });

  test('to a SelfSubjectAccessReview is about the caller, whoever its spec names', () => {
    const spec = { nonResourceAttributes: { path: '/x', verb: 'get' }, user: 'alice' };
    const answer = review('SelfSubjectAccessReview', spec);
    expect(answer['status']).toMatchObject({ allowed: true });
    expect(answer['spec']).toEqual({ nonResourceAttributes: spec.nonResourceAttributes });
  });

  test('to a LocalSubjectAccessReview has the namespace of the URL', () => {
    const answer = review('LocalSubjectAccessReview', {
      user: 'bob',
      resourceAttributes: getSecrets,
    });
    expect(answer.metadata).toEqual({ namespace: 'pay' });
    expect(answer['status']).toMatchObject({ allowed: true });
  });

  test('echoes selectors, and leaves out what is empty and what the client made up', () => {
    const fieldSelector = { rawSelector: 'a=b' };
    const resourceAttributes = { ...getSecrets, name: '', fieldSelector };
    const answer = review('SubjectAccessReview', { user: 'bob', uid: '', resourceAttributes });
    expect(answer['spec']).toEqual({
      user: 'bob',
      resourceAttributes: { ...getSecrets, fieldSelector },
    });
    const invented = { kind: 'x', apiVersion: 'x', metadata: {}, status: { denied: true } };
    const object = { ...invented, spec: { user: 'alice', resourceAttributes: {} } };
    expect(reviewAccess('SubjectAccessReview', object, bob, '', authorizer)['status']).toEqual({
      allowed: false,
    });
  });
});

// Seen alike on kube-apiserver 1.37.2.
describe('a review is invalid', () => {
  test.each<[AccessReviewKind, JsonObject | undefined, JsonObject, string]>([
    [
      'SubjectAccessReview',
      {},
      {},
      `[spec: Invalid value: null: ${exactlyOne}, spec.user: Invalid value: "": at least one of user or group must be specified]`,
    ],
    ['SelfSubjectAccessReview', undefined, {}, `spec: Invalid value: null: ${exactlyOne}`],
    [
      'SubjectAccessReview',
      { user: 'x', resourceAttributes: {}, nonResourceAttributes: { path: '/x', verb: 'get' } },
      {},
      `spec: Invalid value: {"Path":"/x","Verb":"get"}: ${exactlyOne}`,
    ],
    [
      'SubjectAccessReview',
      { user: 'x', resourceAttributes: {} },
      { labels: { a: 'b' }, name: 'x' },
      'metadata: Invalid value: {"name":"x","labels":{"a":"b"}}: must be empty',
    ],
    [
      'LocalSubjectAccessReview',
      { user: 'x', nonResourceAttributes: { path: '/' } },
      { name: 'x', namespace: 'pay' },
      '[metadata: Invalid value: {"name":"x","namespace":"pay"}: must be empty except for namespace, spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: disallowed on this kind of request]',
    ],
    [
      'LocalSubjectAccessReview',
      { user: 'x', resourceAttributes: {} },
      {},
      'spec.resourceAttributes.namespace: Invalid value: "": must match metadata.namespace',
    ],
    [
      'SubjectAccessReview',
      {
        user: 'x',
        resourceAttributes: {
          fieldSelector: {},
          labelSelector: { rawSelector: 'a', requirements: [{ key: 'a', operator: 'In' }] },
        },
      },
      {},
      "[spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required, spec.resourceAttributes.labelSelector.rawSelector: Invalid value: \"a\": may not specified at the same time as requirements, spec.resourceAttributes.labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn']",
    ],
  ])('%#: a %s of %j', (kind, spec, metadata, text) => {
    const status = statusOf(() => review(kind, spec, metadata));
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(status['message']).toBe(`.${GROUP} "" is invalid: ${text}`);
    expect(status['details']).not.toHaveProperty('kind');
  });
});

test.each<[JsonObject, JsonObject, string]>([
  [
    { user: 'x', resourceAttributes: {} },
    { namespace: 'other' },
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    { user: 5, resourceAttributes: {} },
    {},
    'LocalSubjectAccessReview in version "v1" cannot be handled as a LocalSubjectAccessReview: json: cannot unmarshal number into Go struct field SubjectAccessReviewSpec.spec.user of type string',
  ],
])('%#: a review of %j is a bad request', (spec, metadata, message) => {
  const status = statusOf(() => review('LocalSubjectAccessReview', spec, metadata));
  expect(status).toMatchObject({ code: 400, reason: 'BadRequest', message });
});
