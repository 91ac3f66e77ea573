import { expect, it } from 'vitest';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { impersonationRights, rightsOnToken } from '../../../../src/tokens/domain/token-rights.js';
import { alice, job } from './token.builder.js';

it.each<[TokenScope, string[]]>([
  [{}, ['']],
  [{ secrets: ['db'] }, ['']],
  [{ namespaces: [] }, ['']],
  [{ namespaces: ['pay', 'p*'] }, ['']],
  [{ namespaces: ['pay'] }, ['pay']],
  [{ namespaces: ['pay', 'shop'] }, ['pay', 'shop']],
])('asks for a token of %j in %j', (scope, namespaces) => {
  expect(rightsOnToken('create', scope)).toEqual(
    namespaces.map((namespace) => ({
      verb: 'create',
      group: 'sallyport.dev',
      resource: 'accesstokens',
      namespace,
      name: '',
    })),
  );
});

it('asks for each part of an identity, as the API server does', () => {
  const right = { verb: 'impersonate', group: '', namespace: '' };
  const authentication = { ...right, group: 'authentication.k8s.io' };
  expect(impersonationRights(alice)).toEqual([
    { ...right, resource: 'users', name: 'alice' },
    { ...authentication, resource: 'uids', name: 'u1' },
    { ...right, resource: 'groups', name: 'dev' },
    {
      ...authentication,
      ...{ resource: 'userextras', subresource: 'example.com/tenant', name: 'a' },
    },
  ]);
  expect(impersonationRights({ ...alice, uid: '', groups: [], extra: {} })).toEqual([
    { ...right, resource: 'users', name: 'alice' },
  ]);
  expect(impersonationRights(job)).toEqual([
    { ...right, resource: 'serviceaccounts', namespace: 'pay', name: 'job' },
  ]);
});
