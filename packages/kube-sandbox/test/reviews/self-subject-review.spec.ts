import { expect, test } from 'vitest';
import { reviewSelf } from '../../src/reviews/self-subject-review.js';
import { userNamed } from '../authz/rbac.builder.js';

const now = '2026-01-01T00:00:00Z';

test('the caller learns his own name, uid, groups and extras', () => {
  const user = { username: 'bob', uid: '5', groups: ['devs'], extra: { foo: ['x'] } };
  expect(reviewSelf(user, now)).toEqual({
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: now },
    status: { userInfo: user },
  });
});

test('what he has not is left out', () => {
  expect(reviewSelf(userNamed('bob'), now)['status']).toEqual({ userInfo: { username: 'bob' } });
});
