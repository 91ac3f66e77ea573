import { expect, it } from 'vitest';
import { objectOf } from '../../../../src/audit/domain/action-object.js';
import { auditActions } from '../../../../src/audit/domain/audit-event.js';

it('names every action by a verb of Kubernetes, but for refusals of callers', () => {
  const verbs = new Set(auditActions.map((action) => objectOf({ action }).verb));
  expect([...verbs].toSorted()).toEqual(
    ['create', 'delete', 'get', 'list', 'patch', 'unknown', 'update', 'watch'].toSorted(),
  );
});

it('names the object as Kubernetes does, and cuts what cannot be a name', () => {
  const secret = 's'.repeat(400);
  expect(objectOf({ action: 'secrets.reveal', namespace: 'pay', secret }).objectRef).toEqual({
    resource: 'secrets',
    namespace: 'pay',
    name: 's'.repeat(253),
    apiVersion: 'v1',
  });
});
