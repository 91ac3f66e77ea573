import { expect, test } from 'vitest';
import { reviewRules } from '../../src/reviews/rules-review.js';
import {
  authorizerOf,
  binding,
  clusterRole,
  role,
  statusOf,
  subject,
  userNamed,
} from '../authz/rbac.builder.js';

const metrics = { verbs: ['get'], nonResourceURLs: ['/metrics'] };
const get = { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] };
const update = { verbs: ['update'], apiGroups: [''], resources: ['secrets'] };
const authorizer = authorizerOf(
  clusterRole('r', metrics, get),
  role('pay', 'w', update),
  binding('', 'c', 'ClusterRole/r', subject('User', 'bob')),
  binding('pay', 'n', 'Role/w', subject('User', 'bob')),
  binding('shop', 'broken', 'Role/gone', subject('User', 'bob')),
);

function review(namespace: string) {
  const object = { kind: '', apiVersion: '', metadata: { name: 'x' }, spec: { namespace } };
  return reviewRules(object, userNamed('bob'), authorizer);
}

test('the rules of the caller are listed, those of the cluster first, and nothing is echoed', () => {
  expect(review('pay')).toEqual({
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: { resourceRules: [get, update], nonResourceRules: [metrics], incomplete: false },
  });
});

test('a role that is missing is said', () => {
  expect(review('shop')['status']).toMatchObject({
    resourceRules: [get],
    evaluationError: 'role.rbac.authorization.k8s.io "gone" not found',
  });
});

test('a review without a namespace is a bad request', () => {
  expect(statusOf(() => review(''))).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: 'no namespace on request',
  });
});
