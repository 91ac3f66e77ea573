import { expect, test } from 'vitest';
import { forbiddenError } from '../../src/authz/forbidden.js';
import { asks, asksPath, userNamed } from './rbac.builder.js';

const bob = userNamed('bob');

// Seen alike on kube-apiserver 1.37.2.
test.each([
  [
    asks(bob, 'get secrets x', 'default'),
    'secrets "x" is forbidden: User "bob" cannot get resource "secrets" in API group "" in the namespace "default"',
    { name: 'x', kind: 'secrets' },
  ],
  [
    asks(bob, 'list roles.rbac.authorization.k8s.io', 'default'),
    'roles.rbac.authorization.k8s.io is forbidden: User "bob" cannot list resource "roles" in API group "rbac.authorization.k8s.io" in the namespace "default"',
    { group: 'rbac.authorization.k8s.io', kind: 'roles' },
  ],
  [
    asks(bob, 'get nodes/status n'),
    'nodes "n" is forbidden: User "bob" cannot get resource "nodes/status" in API group "" at the cluster scope',
    { name: 'n', kind: 'nodes' },
  ],
  [asksPath(bob, 'get', '/version/x'), 'forbidden: User "bob" cannot get path "/version/x"', {}],
  [
    asksPath(userNamed('josé <x>&"'), 'get', '/'),
    'forbidden: User "josé &lt;x&gt;&amp;\\"" cannot get path "/"',
    {},
  ],
])('%#: a refusal reads as the API server words it', (attributes, message, details) => {
  const status = forbiddenError(attributes).toStatus();
  expect(status).toMatchObject({ status: 'Failure', reason: 'Forbidden', code: 403, message });
  expect(status['details']).toEqual(details);
});

test('the reason of the decision follows, as it is', () => {
  const { message } = forbiddenError(asks(bob, 'get secrets'), 'rbac: RBAC: <x>');
  expect(message).toBe(
    'secrets is forbidden: User "bob" cannot get resource "secrets" in API group "" at the cluster scope: rbac: RBAC: <x>',
  );
});
