import { expect, it } from 'vitest';
import { viewOf } from '../../../../src/audit/domain/audit-view.js';
import { Principal } from '../../../../src/core/principal.js';
import { eventOf, principal } from '../audit-builders.js';

it('shows an event whole, without members that it does not have', () => {
  const event = eventOf({
    ctx: { auditId: 'a-1', changeReason: 'leak', parentId: 'p-1' },
    facts: { keys: ['password'], version: 3 },
  });
  expect(
    viewOf({ leafIndex: 7, isAltered: false, callIndex: 7, source: 'gateway', event }),
  ).toEqual({
    id: '7',
    time: '2026-01-02T03:04:05.678000Z',
    user: 'alice',
    groups: ['dev', 'system:authenticated'],
    credentialId: 'oidc:alice',
    action: 'secrets.reveal',
    outcome: 'allowed',
    code: 200,
    namespace: 'pay',
    secret: 'db',
    keys: ['password'],
    version: 3,
    source: 'gateway',
    sourceIp: '10.0.0.1',
    userAgent: 'curl/8.5.0',
    plane: 'caller',
    marks: [],
    reason: 'leak',
    parentId: 'p-1',
    auditId: 'a-1',
  });
});

it('shows an intent without an outcome as unknown', () => {
  const view = viewOf({
    leafIndex: 0,
    isAltered: false,
    callIndex: 0,
    source: 'gateway',
    event: eventOf({ stage: 'intent' }),
  });
  expect(view).toMatchObject({ outcome: 'unknown', code: 0, plane: 'none', keys: [] });
});

it('tells what the cluster reported from what the gateway saw', () => {
  expect(
    viewOf({ leafIndex: 1, isAltered: false, callIndex: 1, source: 'cluster', event: eventOf() })
      .source,
  ).toBe('cluster');
});

it('shows whom a caller acted as', () => {
  const event = eventOf({ ctx: { principal: principal('carol'), impersonator: principal() } });
  const view = viewOf({ leafIndex: 0, isAltered: false, callIndex: 0, source: 'gateway', event });
  expect(view).toMatchObject({ user: 'alice', impersonatedUser: 'carol', marks: ['impersonated'] });
});

it('shows as whom a token acts that the call was about', () => {
  const grant = { actsAs: 'bob', groups: ['ops'], expiresAt: '2026-01-02T04:04:05.678Z' };
  const tokenScope = { namespaces: ['pay'], actions: [] };
  const event = eventOf({ facts: { action: 'tokens.revoke', token: 't', grant, tokenScope } });
  expect(
    viewOf({ leafIndex: 0, isAltered: false, callIndex: 0, source: 'gateway', event }),
  ).toMatchObject({
    token: 't',
    actsAs: 'bob',
    tokenExpiresAt: grant.expiresAt,
    tokenScope: { namespaces: ['pay'], secrets: null, keys: null, actions: [], cidrs: null },
  });
});

it('shows with which token a call came', () => {
  const token = { id: 't1', owner: 'bob', description: 'ci', scope: {} };
  const caller = { username: 'carol', kind: 'token', credentialId: 'sp:t1', token } as const;
  const event = eventOf({ ctx: { principal: Principal.forUser(caller) } });
  const shown = { tokenId: 't1', tokenDescription: 'ci', tokenOwner: 'bob' };
  expect(
    viewOf({ leafIndex: 0, isAltered: false, callIndex: 0, source: 'gateway', event }),
  ).toMatchObject(shown);
});
