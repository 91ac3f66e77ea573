import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callReason,
  metadataOutOfScope,
  outOfScope,
  requireInScope,
  type ScopedCall,
  showsNamespace,
  showsSecret,
} from '../../../../src/access/domain/scope-refusal.js';
import { auditActions } from '../../../../src/audit/domain/audit-event.js';
import type { TokenScope } from '../../../../src/core/token-scope.js';
import { anyCall, anyScope } from './scope.builder.js';

const caller = (scope: TokenScope | undefined, sourceIp = '10.1.2.3') => ({
  principal: { scope },
  sourceIp,
});
const reveal: ScopedCall = { action: 'secrets.reveal', namespace: 'pay', secret: 'db' };
const oneKey: ScopedCall = { ...reveal, keys: ['password'], keysOnly: true };

describe('a scope', () => {
  it('that is not there, or has no member, forbids nothing', () => {
    fc.assert(
      fc.property(anyCall, (call) => {
        expect(outOfScope(caller(undefined), call)).toBeUndefined();
        expect(outOfScope(caller({}), call)).toBeUndefined();
      }),
    );
  });

  it('whose members are empty lists forbids everything', () => {
    for (const action of auditActions) {
      expect(callReason({ actions: [] }, { action })).toBe(`${action} is not in actions`);
    }
    for (const member of ['namespaces', 'secrets', 'keys'] as const) {
      expect(callReason({ [member]: [] }, oneKey)).toBeDefined();
      expect(callReason({ [member]: [] }, { action: 'secrets.list' })).toBeDefined();
    }
    expect(outOfScope(caller({ cidrs: [] }), reveal)).toBeDefined();
  });

  it('forbids no less for having a further member', () => {
    fc.assert(
      fc.property(anyScope, anyScope, anyCall, (scope, more, call) => {
        if (callReason(scope, call) !== undefined) {
          expect(callReason({ ...more, ...scope }, call)).toBeDefined();
        }
      }),
    );
  });

  it.each<[string, TokenScope, ScopedCall, string | undefined]>([
    ['a namespace', { namespaces: ['pay'] }, reveal, undefined],
    ['a glob of them', { namespaces: ['p*'] }, reveal, undefined],
    ['another', { namespaces: ['shop'] }, reveal, 'the namespace is not in namespaces'],
    ['a Secret', { secrets: ['db'] }, reveal, undefined],
    ['another', { secrets: ['mail'] }, reveal, 'the Secret is not in secrets'],
    ['its key', { keys: ['password'] }, oneKey, undefined],
    ['another key', { keys: ['username'] }, oneKey, 'a key is not in keys'],
    [
      'keys, and all are read',
      { keys: ['password'] },
      { ...reveal, keys: ['password'] },
      'keys opens single keys and nothing else',
    ],
    [
      'keys, and none is named',
      { keys: ['password'] },
      { ...reveal, keys: [], keysOnly: true },
      'keys opens single keys and nothing else',
    ],
    [
      'namespaces, and all are searched',
      { namespaces: ['pay'] },
      { action: 'audit.read' },
      'it reaches beyond namespaces',
    ],
    [
      'namespaces, and they are listed',
      { namespaces: ['p'] },
      { action: 'secrets.list' },
      undefined,
    ],
    ['anything, and it is about oneself', { keys: [] }, { action: 'tokens.list' }, undefined],
    ['other actions', { actions: ['write'] }, reveal, 'secrets.reveal is not in actions'],
    [
      'other actions, and who one is',
      { actions: ['write'] },
      { action: 'access.review' },
      undefined,
    ],
  ])('of %s', (_what, scope, call, reason) => {
    expect(callReason(scope, call)).toBe(reason);
  });

  it.each([
    ['10.1.2.3', true],
    ['10.2.0.0', false],
    ['::1', false],
    ['', false],
  ])('of a network lets %j through: %s', (sourceIp, passes) => {
    const refusal = outOfScope(caller({ cidrs: ['10.1.0.0/16'] }, sourceIp), reveal);
    expect(refusal === undefined).toBe(passes);
  });
});

describe.each([
  ['a rotation', 'rotations', ['get', 'run', 'cancel', 'retire']],
  ['a share', 'shares', ['get']],
  ['an import', 'imports', ['get', 'reveal', 'check']],
])('%s', (what, prefix, others) => {
  const write: ScopedCall = { action: `${prefix}.update`, namespace: 'pay', secret: 'db' };
  const words = `${what} acts with all rights of its author`;
  const reason = expect.stringMatching(new RegExp(`^${words}`)) as string;

  it.each<TokenScope>([
    { namespaces: ['pay'] },
    { namespaces: ['*'] },
    { secrets: ['db'] },
    { actions: [`${prefix}.update`, 'secrets.*'] },
    { cidrs: ['10.0.0.0/8'] },
  ])('is written with no token that has a scope: %j', (scope) => {
    expect(callReason(scope, write)).toEqual(reason);
    expect(outOfScope(caller(scope), write)).toMatchObject({ code: 'Forbidden' });
  });

  it('is not written for a key either, however the call is told of', () => {
    const keys = { keys: ['password'] };
    expect(callReason({ keys: ['password'] }, { ...write, ...keys, keysOnly: true })).toEqual(
      reason,
    );
    expect(callReason({ keys: ['password'] }, write)).toMatch(/^keys opens single keys/);
  });

  it('is removed within the scope, since that sets up nothing', () => {
    const remove = { ...write, deletesOnly: true } as const;
    expect(callReason({ namespaces: ['pay'], secrets: ['db'] }, remove)).toBeUndefined();
    expect(callReason({ secrets: ['mail'] }, remove)).toBe('the Secret is not in secrets');
    expect(callReason({ keys: ['password'] }, remove)).toMatch(/^keys opens single keys/);
    expect(callReason({ actions: [`${prefix}.get`] }, remove)).toMatch(/not in actions$/);
  });

  it.each(others)('that others have written is used within the scope: %s', (verb) => {
    const action = `${prefix}.${verb}`;
    expect(callReason({ secrets: ['db'] }, { ...write, action })).toBeUndefined();
  });
});

it('revokes a share for all namespaces, but not for one, by which it would be its author', () => {
  const revoke: ScopedCall = { action: 'shares.revoke', namespace: 'pay', secret: 'db' };
  expect(callReason({ secrets: ['db'] }, revoke)).toMatch(/^a share acts with all rights/);
  expect(callReason({ secrets: ['db'] }, { ...revoke, deletesOnly: true })).toBeUndefined();
});

it('is thrown as a denial with a sentence that names the member', () => {
  const wanted = 'the scope of the token forbids this: the Secret is not in secrets';
  expect(() => requireInScope(caller({ secrets: [] }), reveal)).toThrow(wanted);
  expect(outOfScope(caller({ secrets: [] }), reveal)).toMatchObject({ code: 'Forbidden' });
});

it('narrows what lists show', () => {
  const scope = { namespaces: ['p*'], secrets: ['db'] };
  expect([showsNamespace(scope, 'pay'), showsNamespace(scope, 'shop')]).toEqual([true, false]);
  expect([showsSecret(scope, 'db'), showsSecret(scope, 'db2')]).toEqual([true, false]);
  expect([showsNamespace(undefined, 'x'), showsSecret({}, 'x')]).toEqual([true, true]);
});

it('tells metadata to whoever may read them, or the whole Secret with them, and to nobody else', () => {
  const db = { namespace: 'pay', name: 'db' };
  const reasonOf = (scope: TokenScope) => metadataOutOfScope(caller(scope), db)?.message;
  for (const actions of [['secrets.get'], ['secrets.reveal'], ['read'], ['secrets.*']]) {
    expect(reasonOf({ actions })).toBeUndefined();
  }
  for (const actions of [['write'], ['secrets.list'], ['secrets.patch', 'secrets.check'], []]) {
    expect(reasonOf({ actions })).toMatch(/secrets.get is not in actions$/);
  }
  expect(reasonOf({ keys: ['password'] })).toMatch(/keys opens single keys/);
  expect(reasonOf({ secrets: ['mail'] })).toMatch(/not in secrets$/);
});
