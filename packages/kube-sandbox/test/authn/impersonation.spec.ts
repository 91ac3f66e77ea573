import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { impersonate } from '../../src/authn/impersonation.js';
import type { Authorizer, UserInfo } from '../../src/model/identity.js';
import type { JsonObject } from '../../src/model/kube-object.js';
import {
  asks,
  authorizerOf,
  binding,
  clusterRole,
  statusOf,
  subject,
  userNamed,
} from '../authz/rbac.builder.js';

const AUTHENTICATION = 'authentication.k8s.io';
const gateway: UserInfo = {
  ...userNamed('system:serviceaccount:sp:gw', 'system:serviceaccounts'),
  extra: { 'authentication.kubernetes.io/node-name': ['n1'] },
};
const secret = asks(gateway, 'get secrets x', 'pay');

function on(...modes: string[]): JsonObject {
  const verbs = modes.map((mode) => `impersonate-on:${mode}:get`);
  return { verbs, apiGroups: [''], resources: ['secrets'] };
}

function who(mode: string, ...resources: string[]): JsonObject {
  const verbs = [`impersonate:${mode}`];
  return { verbs, apiGroups: [AUTHENTICATION], resources };
}

function holding(...rules: JsonObject[]): Authorizer {
  return authorizerOf(
    clusterRole('r', ...rules),
    binding('', 'b', 'ClusterRole/r', subject('ServiceAccount', 'gw', 'sp')),
  );
}

const constrained = holding(
  on('user-info', 'serviceaccount', 'arbitrary-node'),
  who('user-info', 'users', 'groups', 'uids', 'userextras/example.org/k'),
  who('serviceaccount', 'serviceaccounts'),
  who('arbitrary-node', 'nodes'),
);
const legacy = holding(
  { verbs: ['impersonate'], apiGroups: [''], resources: ['users', 'groups', 'serviceaccounts'] },
  { verbs: ['impersonate'], apiGroups: [AUTHENTICATION], resources: ['uids', 'userextras/scopes'] },
);

function act(authorizer: Authorizer, ...headers: string[]): UserInfo {
  return impersonate(gateway, headers, secret, authorizer);
}

function messageOf(authorizer: Authorizer, ...headers: string[]): unknown {
  return statusOf(() => act(authorizer, ...headers))['message'];
}

const U = 'Impersonate-User';
const G = 'Impersonate-Group';

describe('headers', () => {
  test('without any, the request stays its own', () => {
    expect(act(constrained, 'Accept', 'x', U, ' ', 'Impersonate-Uid', '')).toBe(gateway);
  });

  test('are matched whatever their case, trimmed, and read as UTF-8', () => {
    const name = Buffer.from('josé 日本', 'utf8').toString('latin1');
    const headers = ['impersonate-user', `\t${name} `, 'IMPERSONATE-GROUP', ' devs '];
    expect(act(constrained, ...headers)).toEqual(
      userNamed('josé 日本', 'devs', 'system:authenticated'),
    );
  });

  test('of extras have their key in lower case, then decoded', () => {
    const key = 'Impersonate-Extra-Example.org%2FK';
    expect(act(constrained, U, 'bob', key, 'a', key.toUpperCase(), 'b').extra).toEqual({
      'example.org/k': ['a', 'b'],
    });
    expect(messageOf(constrained, U, 'bob', 'Impersonate-Extra-%zz', 'a')).toContain(
      'Invalid value: "%zz"',
    );
  });

  test.each([
    [
      [G, 'a', 'Impersonate-Uid', '7', 'Impersonate-Extra-b', 'x', 'Impersonate-Extra-a', '"'],
      'requested &user.DefaultInfo{Name:"", UID:"7", Groups:[]string{"a"}, Extra:map[string][]string{"a":[]string{"\\""}, "b":[]string{"x"}}} without impersonating a user name',
    ],
    [
      [G, ''],
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{""}, Extra:map[string][]string(nil)} without impersonating a user name',
    ],
  ])('%j without a user name are a bad request', (headers, message) => {
    expect(statusOf(() => act(constrained, ...headers))).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message,
    });
  });
});

// Seen alike on kube-apiserver 1.37.2.
describe('who comes out', () => {
  const account = 'system:serviceaccount:pay:app';
  test.each<[Authorizer, string[], string[]]>([
    [constrained, [U, 'bob'], ['system:authenticated']],
    [constrained, [U, 'bob', G, 'a', G, 'b'], ['a', 'b', 'system:authenticated']],
    [constrained, [U, 'bob', G, 'system:authenticated', G, 'a'], ['system:authenticated', 'a']],
    [constrained, [U, 'bob', G, 'system:unauthenticated'], ['system:unauthenticated']],
    [constrained, [U, 'system:anonymous'], ['system:unauthenticated']],
    [
      constrained,
      [U, account],
      ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
    ],
    [constrained, [U, 'system:node:n2'], ['system:nodes', 'system:authenticated']],
    [constrained, [U, 'system:node:N_2'], ['system:authenticated']],
    [legacy, [U, account, G, 'x'], ['x', 'system:authenticated']],
    [legacy, [U, 'system:node:n2'], ['system:authenticated']],
    [legacy, [U, 'bob', G, 'system:masters'], ['system:masters', 'system:authenticated']],
  ])('%#: %j', (authorizer, headers, groups) => {
    expect(act(authorizer, ...headers)).toEqual(userNamed(headers[1] ?? '', ...groups));
  });

  test('has the uid and the extras that were asked for', () => {
    const headers = [U, 'bob', 'Impersonate-Uid', 'u1', 'Impersonate-Extra-Scopes', 's'];
    const user = { ...userNamed('bob', 'system:authenticated'), uid: 'u1' };
    expect(act(legacy, ...headers)).toEqual({ ...user, extra: { scopes: ['s'] } });
  });
});

const gw = 'User "system:serviceaccount:sp:gw"';
const inGroup = `in API group "${AUTHENTICATION}" at the cluster scope`;

// Seen alike on kube-apiserver 1.37.2.
describe('refusals', () => {
  const userExtras = `cannot impersonate:user-info resource "userextras" ${inGroup}`;
  const extras = `userextras.${AUTHENTICATION} is forbidden: ${gw} ${userExtras}`;
  test.each<[string[], string]>([
    [
      [U, 'bob', G, 'system:masters'],
      `groups.${AUTHENTICATION} "system:masters" is forbidden: ${gw} cannot impersonate:user-info resource "groups" ${inGroup}: impersonating the system:masters group is not allowed`,
    ],
    [
      [U, 'bob', G, ''],
      `groups.${AUTHENTICATION} is forbidden: ${gw} cannot impersonate:user-info resource "groups" ${inGroup}: impersonating the empty string group is not allowed`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-Example.org%2fj', 'v'],
      `userextras.${AUTHENTICATION} "v" is forbidden: ${gw} cannot impersonate:user-info resource "userextras/example.org/j" ${inGroup}`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-Scopes', 'v'],
      `${extras}: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "scopes": must be a domain-prefixed path (such as "acme.io/foo")`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-example.org%2fk%20a', 'v'],
      `${extras}: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "k a": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-example.org%2fk%41', 'v'],
      `${extras}: impersonating a non-lowercase key in extra is not allowed: "example.org/kA"`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-', 'v'],
      `${extras}: impersonating the empty string key in extra is not allowed`,
    ],
    [
      [U, 'bob', 'Impersonate-Extra-example.org%2fk', ''],
      `${extras}: impersonating the empty string value in extra is not allowed`,
    ],
    [
      [U, 'system:serviceaccount:pay:app', G, 'x'],
      `serviceaccounts "app" is forbidden: ${gw} cannot impersonate resource "serviceaccounts" in API group "" in the namespace "pay"`,
    ],
    [
      [U, 'system:node:n2', G, 'system:nodes'],
      `users "system:node:n2" is forbidden: ${gw} cannot impersonate resource "users" in API group "" at the cluster scope`,
    ],
  ])('%#: of %j name the first mode that was tried', (headers, message) => {
    expect(messageOf(constrained, ...headers)).toBe(message);
  });

  test('without the right to the request itself name the request', () => {
    const cannot =
      'cannot impersonate-on:user-info:list resource "configmaps" in API group "" in the namespace "pay"';
    const onConfigMaps = { ...asks(gateway, 'list configmaps', 'pay') };
    const status = statusOf(() => impersonate(gateway, [U, 'bob'], onConfigMaps, constrained));
    expect(status).toMatchObject({
      code: 403,
      message: `configmaps is forbidden: ${gw} ${cannot}`,
      details: { kind: 'configmaps' },
    });
  });

  test('name the mode that the requestor used last, where that is remembered', () => {
    const lastModes = new Map<string, string>();
    const headers = [U, 'bob', 'Impersonate-Extra-Scopes', 's'];
    impersonate(gateway, headers, secret, legacy, lastModes);
    const refused = [U, 'bob', 'Impersonate-Extra-other', 's'];
    const status = statusOf(() => impersonate(gateway, refused, secret, legacy, lastModes));
    expect(status['message']).toContain('cannot impersonate resource "userextras/other"');
    expect(messageOf(legacy, ...refused)).toContain('cannot impersonate-on:user-info:get');
  });
});

describe('constrained modes', () => {
  test('need the right to the user as well as to the request', () => {
    const onlyWho = holding(who('user-info', '*'));
    const onlyOn = holding(on('user-info'));
    expect(messageOf(onlyWho, U, 'bob')).toContain('cannot impersonate-on:user-info:get');
    expect(messageOf(onlyOn, U, 'bob')).toContain('cannot impersonate:user-info resource "users"');
  });

  test('keep apart users, ServiceAccounts and nodes', () => {
    const usersOnly = holding(who('user-info', '*'), on('user-info'));
    expect(act(usersOnly, U, 'bob').username).toBe('bob');
    expect(() => act(usersOnly, U, 'system:serviceaccount:pay:app')).toThrow(
      'on:serviceaccount:get',
    );
    expect(() => act(usersOnly, U, 'system:node:n2')).toThrow('on:arbitrary-node:get');
  });

  test('let a ServiceAccount be the node it runs on, by a right to every such node', () => {
    const named = { ...who('associated-node', 'nodes'), resourceNames: ['n1'] };
    const rule = on('associated-node');
    expect(messageOf(holding(named, rule), U, 'system:node:n1')).toContain(
      `nodes.${AUTHENTICATION} "*" is forbidden`,
    );
    const all = holding(who('associated-node', 'nodes'), rule);
    expect(act(all, U, 'system:node:n1').groups).toEqual(['system:nodes', 'system:authenticated']);
    expect(() => act(all, U, 'system:node:n2')).toThrow('impersonate-on:arbitrary-node:get');
  });

  test('ask for all groups and extras at once from four on, then for each', () => {
    const anyExtra = who('user-info', 'users', 'userextras/*');
    const authorizer = holding(anyExtra, on('user-info'));
    const extra = (count: number) =>
      Array.from({ length: count }, (_, index) => ['Impersonate-Extra-x.org%2fk', `${index}`]);
    expect(() => act(authorizer, U, 'bob', ...extra(3).flat())).toThrow('userextras/x.org/k');
    expect(act(authorizer, U, 'bob', ...extra(4).flat()).extra).toEqual({
      'x.org/k': ['0', '1', '2', '3'],
    });
    const star = { ...who('user-info', 'groups'), resourceNames: ['*'] };
    const groups = holding(who('user-info', 'users'), star, on('user-info'));
    const four = [U, 'bob', G, 'a', G, 'b', G, 'c', G, 'd'];
    expect(act(groups, ...four).groups).toHaveLength(5);
    expect(() => act(groups, ...four.slice(0, -2))).toThrow('"a" is forbidden');
  });
});
