import { describe, expect, it } from 'vitest';
import { IdentityRefused, Principal } from '../../../../src/core/principal.js';
import {
  identityOf,
  principalOf,
  usernameOf,
} from '../../../../src/tokens/domain/stored-identity.js';
import { alice, job } from './token.builder.js';

const credential = {
  token: { id: 'T', owner: 'bob', scope: { keys: ['a'] } },
  expiresAtMs: 60_000,
};

describe('an identity that a token keeps', () => {
  it.each([alice, job])('comes back as it was: %j', (identity) => {
    const principal = principalOf(identity, credential);
    expect(identityOf(principal)).toEqual(identity);
    expect(principal).toMatchObject({
      username: usernameOf(identity),
      kind: 'token',
      credentialId: 'sp:T',
      expiresAtMs: 60_000,
      token: { id: 'T', owner: 'bob' },
      scope: { keys: ['a'] },
    });
  });

  it('is complete in its groups, as any other', () => {
    expect(principalOf(alice, credential).groups).toEqual(['dev', 'system:authenticated']);
    expect(principalOf(job, credential).groups).toContain('system:serviceaccounts:pay');
  });

  it('leaves out what is about one token of a ServiceAccount', () => {
    const extra = { 'authentication.kubernetes.io/credential-id': ['JTI=1'] };
    const account = { namespace: 'pay', name: 'job', uid: 'j1', extra, credentialId: 'c' };
    expect(identityOf(Principal.forServiceAccount(account))).toEqual(job);
  });

  it('cannot be frozen open: neither the scope nor its lists change', () => {
    const { scope } = principalOf(alice, credential);
    expect(Object.isFrozen(scope)).toBe(true);
    expect(Object.isFrozen(scope?.keys)).toBe(true);
  });

  it.each([
    { ...alice, username: 'system:admin' },
    { ...alice, groups: ['system:masters'] },
    { ...alice, username: ' alice' },
    { ...job, name: '../job' },
    { ...job, namespace: 'pay:job' },
  ])('is refused where only the API server may say so: %j', (identity) => {
    expect(() => principalOf(identity, credential)).toThrow(IdentityRefused);
  });
});
