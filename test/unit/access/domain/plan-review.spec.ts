import { describe, expect, it } from 'vitest';
import type { ResourceRequest } from '../../../../src/access/access.service.js';
import { planReview } from '../../../../src/access/domain/plan-review.js';
import { secretRight } from '../../../../src/access/domain/secret-rights.js';
import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';

const secret = (verb: string, name = 'db', namespace = 'pay') =>
  secretRight(verb, { namespace, name });
const ours = (verb: string, resource: string, name = '', namespace = 'pay') =>
  ({ verb, group: 'sallyport.dev', resource, namespace, name }) as const;

const reaching = (scope: 'served' | 'cluster') =>
  new ServedNamespaces({ patterns: ['pay'], scope, gatewayNamespace: 'sallyport' });
const plan = (
  request: ResourceRequest,
  scope?: TokenScope,
  served: ServedNamespaces = reaching('cluster'),
) => planReview(request, { scope, served, configured: [] });

const actsLater = (what: string) =>
  `${what} acts with all rights of its author, also after the token has expired: ` +
  'write it with a credential that has no scope';
const nothing = 'no call of the gateway needs this right';

describe('a review within a scope', () => {
  it.each<[TokenScope, ResourceRequest, string | undefined]>([
    [{ secrets: ['db'] }, secret('get'), undefined],
    [{ secrets: ['db'] }, secret('list', ''), undefined],
    [{ secrets: ['db'] }, secret('get', ''), 'it reaches beyond secrets'],
    [{ secrets: ['db'] }, secret('deletecollection', ''), 'it reaches beyond secrets'],
    [{ secrets: ['db'] }, secret('get', 'mail'), 'the Secret is not in secrets'],
    [{ secrets: ['db'] }, ours('get', 'secretkeys', 'db/a'), undefined],
    [{ secrets: ['db'] }, ours('get', 'secretkeys'), 'it reaches beyond secrets'],
    [{ namespaces: ['pay'] }, secret('list', '', ''), undefined],
    [{ namespaces: ['pay'] }, secret('get', 'db', ''), 'it reaches beyond namespaces'],
    [{ namespaces: ['*'] }, secret('list', '', ''), undefined],
    [{ keys: ['password'] }, secret('get'), 'keys opens single keys and nothing else'],
    [{ keys: ['password'] }, secret('patch'), 'keys opens single keys and nothing else'],
    [{ keys: ['password'] }, ours('get', 'secretkeys', 'db/password'), undefined],
    [{ keys: ['password'] }, ours('delete', 'secretkeys', 'db/password'), undefined],
    [{ keys: ['password'] }, ours('get', 'secretkeys', 'db/username'), 'a key is not in keys'],
    [
      { actions: ['read'] },
      ours('update', 'secretkeys', 'db/a'),
      'secrets.update is not in actions',
    ],
    [{ actions: ['read'] }, ours('get', 'secretmetadata', 'db'), undefined],
    [{ actions: ['write'] }, secret('patch'), undefined],
    [{ actions: ['write'] }, { ...secret('get'), verb: '*' }, 'secrets.reveal is not in actions'],
    [{ actions: ['write'] }, ours('list', 'auditevents'), 'audit.read is not in actions'],
    [{ namespaces: ['pay'] }, ours('create', 'accesstokens'), undefined],
    [
      { namespaces: ['pay'] },
      ours('create', 'accesstokens', '', 'shop'),
      'the namespace is not in namespaces',
    ],
    [
      { namespaces: ['pay'] },
      ours('create', 'accesstokens', '', ''),
      'the namespace is not in namespaces',
    ],
    [
      { namespaces: ['pay'] },
      ours('delete', 'accesstokens'),
      'it sees and revokes its own tokens alone',
    ],
    [{ actions: ['tokens.revoke'] }, ours('delete', 'accesstokens'), undefined],
    [
      { namespaces: ['pay'] },
      { ...secret('get', 'shop', ''), resource: 'namespaces' },
      'the namespace is not in namespaces',
    ],
    [
      { namespaces: ['pay'] },
      { ...secret('get', '', ''), resource: 'namespaces' },
      'the namespace is not in namespaces',
    ],
    [{ namespaces: ['pay'] }, { ...secret('list', '', ''), resource: 'namespaces' }, undefined],
    ...(['create', 'update', 'patch'] as const).map(
      (verb): [TokenScope, ResourceRequest, string] => {
        return [{ secrets: ['db'] }, ours(verb, 'secretrotations', 'db'), actsLater('a rotation')];
      },
    ),
    [{ secrets: ['db'] }, ours('create', 'secretshares', 'db'), actsLater('a share')],
    [{ secrets: ['db'] }, ours('patch', 'secretimports', 'db'), actsLater('an import')],
    [{ secrets: ['db'] }, ours('create', 'secretsyncs', 'db'), actsLater('a sync')],
    [
      { secrets: ['db'] },
      { ...ours('create', 'secretsyncs', 'db'), subresource: 'resolve' },
      actsLater('a sync'),
    ],
    [
      { secrets: ['db'] },
      { ...ours('create', 'secretsyncs', 'db'), subresource: 'run' },
      undefined,
    ],
    [{ secrets: ['db'] }, ours('delete', 'secretsyncs', 'db'), undefined],
    [{ secrets: ['db'] }, ours('delete', 'secretshares', 'db'), undefined],
    [{ secrets: ['db'] }, ours('get', 'secretimports', 'db'), undefined],
    [{ secrets: ['db'] }, ours('delete', 'secretrotations', 'db'), undefined],
    [{ namespaces: ['pay'] }, ours('deletecollection', 'secretrotations'), undefined],
    [{}, ours('create', 'secretrotations', 'db'), undefined],
    [
      { secrets: ['db'] },
      { ...ours('create', 'secretrotations', 'db'), subresource: 'run' },
      undefined,
    ],
    [
      { actions: [] },
      { ...secret('impersonate', 'bob', ''), resource: 'users' },
      'access.review is not in actions',
    ],
  ])('%j: %j is refused with %s', (scope, request, reason) => {
    const refused = { kind: 'refused', reason: `the scope of the token forbids this: ${reason}` };
    expect(plan(request, scope)).toEqual(
      reason === undefined ? { kind: 'asks', needs: expect.any(Array) } : refused,
    );
  });
});

describe('a review of what nothing here needs', () => {
  it.each<[ResourceRequest, string]>([
    [{ ...secret('get'), resource: 'configmaps' }, nothing],
    [{ ...secret('get'), subresource: 'x' }, nothing],
    [{ ...secret('watch'), group: '*' }, nothing],
    [{ ...secret('*', '', ''), group: '*', resource: '*' }, nothing],
    [
      { ...secret('get'), resource: 'secretkeys' },
      'secretkeys are in group sallyport.dev, and the question names none',
    ],
  ])('is no, and says so: %j', (request, reason) => {
    expect(plan(request)).toEqual({ kind: 'refused', reason });
  });
});

describe('a review where the broker does not work', () => {
  const key = ours('get', 'secretkeys', 'db/password', 'other');

  it('asks for the rights of Kubernetes alone', () => {
    const needs = [[secret('get', 'db', 'other')]];
    expect(plan(key)).toEqual({ kind: 'asks', needs });
    expect(plan(ours('get', 'secretkeys', 'db/password'))).toMatchObject({
      needs: [[secret('get'), ours('get', 'secretkeys', 'db/password')]],
    });
  });

  it.each([
    ours('list', 'secretversions', 'db', 'other'),
    { ...ours('create', 'secretrotations', 'db', 'other'), subresource: 'run' },
  ])('is no for what only the broker does: %j', (request) => {
    const reason = 'namespace other is not served by this gateway';
    expect(plan(request)).toEqual({ kind: 'refused', reason });
  });

  it('is no for all of it, where the gateway has no business there', () => {
    const served = reaching('served');
    const reason = 'namespace other is not served by this gateway';
    expect(plan(secret('get', 'db', 'other'), undefined, served)).toEqual({
      kind: 'refused',
      reason,
    });
    expect(plan(secret('list', '', ''), undefined, served)).toMatchObject({ kind: 'refused' });
    expect(plan(secret('get'), undefined, served)).toMatchObject({ kind: 'asks' });
  });
});
