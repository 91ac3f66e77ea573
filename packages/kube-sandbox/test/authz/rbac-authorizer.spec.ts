import { describe, expect, test } from 'vitest';
import { RbacAuthorizer } from '../../src/authz/rbac-authorizer.js';
import type { JsonObject } from '../../src/model/kube-object.js';
import {
  asks,
  asksPath,
  authorizerOf,
  binding,
  clusterRole,
  RbacObjects,
  role,
  subject,
  userNamed,
} from './rbac.builder.js';

const bob = userNamed('bob', 'devs', 'system:authenticated');
const app = userNamed('system:serviceaccount:pay:app', 'system:serviceaccounts');
const readSecrets = { verbs: ['get'], apiGroups: [''], resources: ['secrets'] };

function holding(rule: JsonObject): RbacAuthorizer {
  return authorizerOf(
    clusterRole('r', rule),
    binding('', 'b', 'ClusterRole/r', subject('User', 'bob')),
  );
}

// Seen alike on kube-apiserver 1.37.2.
const resourceCases: readonly [held: string[], asked: string, isAllowed: boolean][] = [
  [['secrets'], 'get secrets', true],
  [['secrets'], 'get secrets/status', false],
  [['pods/log'], 'get pods/log', true],
  [['pods/log'], 'get pods', false],
  [['*/log'], 'get pods/log', true],
  [['*/log'], 'get log', false],
  [['*'], 'get pods/log', true],
  [['pods/*'], 'get pods/log', false],
  [['pods/*'], 'get pods', false],
  [['pods/*'], 'get pods/*', true],
  [['*/*'], 'get pods/log', false],
  [['secretkeys/tls.crt'], 'get secretkeys/tls.crt', true],
  [['secretkeys/tls.crt'], 'get secretkeys/TLS.crt', false],
];

describe('a rule', () => {
  test.each(resourceCases)('on %j answers %j with %j', (resources, asked, isAllowed) => {
    const authorizer = holding({ verbs: ['get'], apiGroups: [''], resources });
    expect(authorizer.decide(asks(bob, asked)).isAllowed).toBe(isAllowed);
  });

  test('takes verbs and groups literally but for the star', () => {
    const exact = holding({ verbs: ['get'], apiGroups: ['apps'], resources: ['*'] });
    expect(exact.decide(asks(bob, 'get deployments.apps')).isAllowed).toBe(true);
    expect(exact.decide(asks(bob, 'Get deployments.apps')).isAllowed).toBe(false);
    expect(exact.decide(asks(bob, 'get deployments')).isAllowed).toBe(false);
    const any = holding({ verbs: ['*'], apiGroups: ['*'], resources: ['secrets'] });
    expect(any.decide(asks(bob, 'frob secrets.example.org')).isAllowed).toBe(true);
  });

  test('with resourceNames allows these and no request without a name', () => {
    const authorizer = holding({ ...readSecrets, resourceNames: ['a', 'a/password'] });
    expect(authorizer.decide(asks(bob, 'get secrets a')).isAllowed).toBe(true);
    expect(authorizer.decide(asks(bob, 'get secrets a/password')).isAllowed).toBe(true);
    expect(authorizer.decide(asks(bob, 'get secrets b')).isAllowed).toBe(false);
    expect(authorizer.decide(asks(bob, 'get secrets')).isAllowed).toBe(false);
  });

  test('on URLs covers what begins like it where it ends with a star', () => {
    const authorizer = holding({ verbs: ['get'], nonResourceURLs: ['/metrics/*', '/x', '/y**'] });
    const allowed = ['/metrics/', '/metrics/a/b', '/x', '/y', '/yz'];
    const refused = ['/metrics', '/xa', '/', ''];
    const decide = (path: string) => authorizer.decide(asksPath(bob, 'get', path)).isAllowed;
    expect(allowed.filter((path) => !decide(path))).toEqual([]);
    expect(refused.filter(decide)).toEqual([]);
    expect(authorizer.decide(asks(bob, 'get secrets')).isAllowed).toBe(false);
  });
});

describe('the reason of a decision', () => {
  test('names binding, role and the first subject that applies', () => {
    const authorizer = authorizerOf(
      clusterRole('reader', readSecrets),
      role('pay', 'local', readSecrets),
      binding('', 'c', 'ClusterRole/reader', subject('User', 'x'), subject('Group', 'devs')),
      binding('pay', 'n', 'Role/local', subject('ServiceAccount', 'app')),
    );
    expect(authorizer.decide(asks(bob, 'get secrets', 'pay'))).toEqual({
      isAllowed: true,
      reason: 'RBAC: allowed by ClusterRoleBinding "c" of ClusterRole "reader" to Group "devs"',
    });
    expect(authorizer.decide(asks(app, 'get secrets', 'pay'))).toEqual({
      isAllowed: true,
      reason: 'RBAC: allowed by RoleBinding "n/pay" of Role "local" to ServiceAccount "app/pay"',
    });
  });

  test('is empty for a refusal, and for system:masters, who may do everything', () => {
    const authorizer = authorizerOf();
    const admin = userNamed('root', 'system:masters');
    expect(authorizer.decide(asks(bob, 'get secrets'))).toEqual({ isAllowed: false, reason: '' });
    expect(authorizer.decide(asks(admin, 'frob x'))).toEqual({ isAllowed: true, reason: '' });
  });

  test('of a refusal lists the roles that bindings name in vain', () => {
    const authorizer = authorizerOf(
      binding('', 'c', 'ClusterRole/gone', subject('User', 'bob')),
      binding('pay', 'n', 'Role/lost', subject('User', 'bob')),
      binding('pay', 'again', 'Role/lost', subject('User', 'bob')),
    );
    const lost = 'role.rbac.authorization.k8s.io "lost" not found';
    const gone = 'clusterrole.rbac.authorization.k8s.io "gone" not found';
    expect(authorizer.decide(asks(bob, 'get secrets', 'pay')).reason).toBe(
      `rbac: RBAC: [${gone}, ${lost}]`,
    );
    expect(authorizer.decide(asks(bob, 'get secrets')).reason).toBe(`rbac: RBAC: ${gone}`);
    expect(authorizer.resolve(bob, '')).toEqual({ rules: [], error: gone });
  });
});

describe('a binding', () => {
  test('of a namespace counts there alone', () => {
    const authorizer = authorizerOf(
      clusterRole('r', readSecrets),
      binding('pay', 'b', 'ClusterRole/r', subject('User', 'bob')),
    );
    const allowed = ['pay', 'other', ''].filter(
      (namespace) => authorizer.decide(asks(bob, 'get secrets', namespace)).isAllowed,
    );
    expect(allowed).toEqual(['pay']);
  });

  test('names ServiceAccounts of its own namespace unless it says another', () => {
    const authorizer = authorizerOf(
      clusterRole('r', readSecrets),
      binding('pay', 'own', 'ClusterRole/r', subject('ServiceAccount', 'app')),
      binding('shop', 'foreign', 'ClusterRole/r', subject('ServiceAccount', 'app', 'pay')),
      binding('', 'nobody', 'ClusterRole/r', subject('ServiceAccount', 'app')),
    );
    const allowed = ['pay', 'shop', ''].filter(
      (namespace) => authorizer.decide(asks(app, 'get secrets', namespace)).isAllowed,
    );
    expect(allowed).toEqual(['pay', 'shop']);
  });

  test('counts from the commit on, and no longer than it is there', () => {
    const objects = new RbacObjects();
    const authorizer = new RbacAuthorizer(objects);
    const isAllowed = () => authorizer.decide(asks(bob, 'get secrets', 'pay')).isAllowed;
    const grant = binding('pay', 'b', 'Role/r', subject('User', 'bob'));
    objects.emit('ADDED', grant);
    expect(isAllowed()).toBe(false);
    objects.emit('ADDED', role('pay', 'r', readSecrets));
    expect(isAllowed()).toBe(true);
    objects.emit('MODIFIED', binding('pay', 'b', 'Role/r', subject('User', 'eve')));
    expect(isAllowed()).toBe(false);
    objects.emit('MODIFIED', grant);
    objects.emit('MODIFIED', role('pay', 'r'));
    expect(isAllowed()).toBe(false);
    objects.emit('MODIFIED', role('pay', 'r', readSecrets));
    objects.emit('DELETED', grant);
    expect(isAllowed()).toBe(false);
  });

  test('of somebody else costs nothing: ten thousand leave a decision fast', () => {
    const others = Array.from({ length: 10_000 }, (_, index) =>
      binding('pay', `b${index}`, 'Role/r', subject('User', `user${index}`)),
    );
    const authorizer = authorizerOf(role('pay', 'r', readSecrets), ...others);
    const asked = asks(userNamed('user9999'), 'get secrets', 'pay');
    const started = performance.now();
    for (let count = 0; count < 1000; count += 1) authorizer.decide(asked);
    expect(authorizer.decide(asked).isAllowed).toBe(true);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test('the rules of a user are those of all his bindings, once for a binding', () => {
  const write = { verbs: ['update'], apiGroups: [''], resources: ['secrets'] };
  const authorizer = authorizerOf(
    clusterRole('r', readSecrets),
    role('pay', 'w', write),
    binding('', 'c', 'ClusterRole/r', subject('User', 'bob'), subject('Group', 'devs')),
    binding('pay', 'n', 'Role/w', subject('Group', 'devs')),
  );
  expect(authorizer.rulesFor(bob, 'pay')).toEqual([readSecrets, write]);
  expect(authorizer.rulesFor(bob, '')).toEqual([readSecrets]);
  expect(authorizer.rulesFor(userNamed('eve'), 'pay')).toEqual([]);
});
