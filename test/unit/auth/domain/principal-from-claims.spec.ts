import { describe, expect, it } from 'vitest';
import {
  type ClaimMappings,
  principalFromClaims,
} from '../../../../src/auth/domain/principal-from-claims.js';
import { IdentityRefused } from '../../../../src/core/principal.js';

const issuer = 'https://issuer.test';
const bare: ClaimMappings = {
  username: { claim: 'sub', prefix: '' },
  groups: { claim: 'groups', prefix: '' },
};
const prefixed: ClaimMappings = {
  username: { claim: 'email', prefix: 'oidc:' },
  groups: { claim: 'roles', prefix: 'team:' },
};
const claims = { sub: 'alice', exp: 2_000, jti: 'token-1', groups: ['devs', 'ops'] };

describe('principalFromClaims', () => {
  it('takes user and groups from the claims that it is told', () => {
    const given = { email: 'a@b.test', roles: ['x'], sub: 'other', groups: ['y'], exp: 1 };
    const principal = principalFromClaims(issuer, given, prefixed);
    expect(principal.username).toBe('oidc:a@b.test');
    expect(principal.groups).toEqual(['team:x', 'system:authenticated']);
  });

  it('keeps issuer, token id and expiry', () => {
    expect(principalFromClaims(issuer, claims, bare)).toMatchObject({
      username: 'alice',
      groups: ['devs', 'ops', 'system:authenticated'],
      kind: 'oidc',
      credentialId: `${issuer}#token-1`,
      expiresAtMs: 2_000_000,
    });
  });

  it('names the credential by its subject where the token has no id', () => {
    const { jti: _jti, ...others } = claims;
    expect(principalFromClaims(issuer, others, bare).credentialId).toBe(`${issuer}#alice`);
  });

  it('cuts a token id that would fill the audit trail', () => {
    const { credentialId } = principalFromClaims(
      issuer,
      { ...claims, jti: 'x'.repeat(9_000) },
      bare,
    );
    expect(credentialId.length).toBeLessThan(200);
  });

  it('takes one group as a text, none where the claim is absent or not mapped', () => {
    const groupsOf = (given: object, mappings = bare) =>
      principalFromClaims(issuer, { ...claims, ...given }, mappings).groups;
    expect(groupsOf({ groups: 'devs' })).toEqual(['devs', 'system:authenticated']);
    expect(groupsOf({ groups: undefined })).toEqual(['system:authenticated']);
    expect(groupsOf({ groups: [] })).toEqual(['system:authenticated']);
    expect(groupsOf({}, { username: bare.username })).toEqual(['system:authenticated']);
  });

  it.each([
    ['no user', { sub: undefined }],
    ['a user that is no text', { sub: 7 }],
    ['a user that is a list', { sub: ['alice'] }],
    ['an empty user', { sub: '' }],
    ['a padded user', { sub: ' alice' }],
    ['a user padded with a no-break space', { sub: 'alice\u00a0' }],
    ['a user with a line break', { sub: 'alice\r\nImpersonate-Group: x' }],
    ['a user that is longer than 256 bytes', { sub: 'é'.repeat(129) }],
    ['a half character', { sub: 'a\ud800' }],
    ['a reserved user', { sub: 'system:admin' }],
    ['a ServiceAccount', { sub: 'system:serviceaccount:pay:app' }],
    ['the group of masters', { groups: ['devs', 'system:masters'] }],
    ['the padded group of masters', { groups: [' system:masters'] }],
    ['a padded group', { groups: ['devs '] }],
    ['a group with a tab', { groups: ['\tdevs'] }],
    ['an empty group', { groups: [''] }],
    ['a group that is no text', { groups: ['devs', 7] }],
    ['a group that is null', { groups: [null] }],
    ['groups that are an object', { groups: { devs: true } }],
    ['groups that are null', { groups: null }],
    ['257 groups', { groups: Array.from({ length: 257 }, (_, i) => `g${i}`) }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is a text', { exp: '2000' }],
  ])('refuses %s, without quoting it', (_what, wrong) => {
    expect(() => principalFromClaims(issuer, { ...claims, ...wrong }, bare)).toThrow(
      IdentityRefused,
    );
  });

  it('cannot be led to a prototype by a claim name', () => {
    const mappings = { username: { claim: 'constructor', prefix: '' } };
    expect(() => principalFromClaims(issuer, claims, mappings)).toThrow(IdentityRefused);
  });
});
