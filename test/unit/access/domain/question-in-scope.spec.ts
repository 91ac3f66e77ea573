import { expect, it } from 'vitest';
import type { ResourceRequest } from '../../../../src/access/access.service.js';
import { questionRefusal } from '../../../../src/access/domain/question-in-scope.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';

const secret = (verb: string, name = 'db', namespace = 'pay') =>
  ({ verb, group: '', resource: 'secrets', namespace, name }) as const;
const ours = (verb: string, resource: string, name = '', namespace = 'pay') =>
  ({ verb, group: 'sallyport.dev', resource, namespace, name }) as const;

const rotation =
  'a rotation acts with all rights of its author, also after the token has expired: ' +
  'write it with a credential that has no scope';

it.each<[TokenScope, ResourceRequest, string | undefined]>([
  [{ secrets: ['db'] }, secret('get'), undefined],
  [{ secrets: ['db'] }, secret('list', ''), undefined],
  [{ secrets: ['db'] }, secret('get', ''), 'it reaches beyond secrets'],
  [{ secrets: ['db'] }, secret('get', 'mail'), 'the Secret is not in secrets'],
  [{ namespaces: ['pay'] }, secret('list', '', ''), 'it reaches beyond namespaces'],
  [{ namespaces: ['*'] }, secret('list', '', ''), undefined],
  [{ keys: ['password'] }, secret('get'), 'keys opens single keys and nothing else'],
  [{ keys: ['password'] }, ours('get', 'secretkeys', 'db/password'), undefined],
  [{ keys: ['password'] }, ours('get', 'secretkeys', 'db/username'), 'a key is not in keys'],
  [{ actions: ['read'] }, ours('update', 'secretkeys', 'db/a'), 'secrets.update is not in actions'],
  [{ actions: ['read'] }, ours('get', 'secretmetadata', 'db'), undefined],
  [{ actions: ['write'] }, secret('patch'), undefined],
  [{ actions: ['write'] }, ours('list', 'auditevents'), 'audit.read is not in actions'],
  [{ namespaces: ['pay'] }, ours('create', 'accesstokens'), undefined],
  [{ namespaces: ['pay'] }, ours('create', 'accesstokens', '', ''), 'it reaches beyond namespaces'],
  ...(['create', 'update', 'patch'] as const).map(
    (verb): [TokenScope, ResourceRequest, string | undefined] => {
      return [{ secrets: ['db'] }, ours(verb, 'secretrotations', 'db'), rotation];
    },
  ),
  [{ secrets: ['db'] }, ours('delete', 'secretrotations', 'db'), undefined],
  [{ namespaces: ['pay'] }, ours('deletecollection', 'secretrotations'), undefined],
  [{ secrets: ['db'] }, ours('create', 'secretrotations/run', 'db'), undefined],
  [{}, ours('create', 'secretrotations', 'db'), undefined],
  [{}, { ...secret('get'), resource: 'configmaps' }, 'no call of the gateway needs this right'],
  [{}, { ...secret('get'), subresource: 'x' }, 'no call of the gateway needs this right'],
  [{}, { ...secret('get'), group: 'example.com' }, 'no call of the gateway needs this right'],
])('a token for %j asks about %j: %s', (scope, request, reason) => {
  const text = reason === undefined ? undefined : `the scope of the token forbids this: ${reason}`;
  expect(questionRefusal(scope, request)).toBe(text);
});
