import { describe, expect, it } from 'vitest';
import type { JwtAuthenticator } from '../../../../src/auth/domain/authentication-configuration.js';
import { compileAuthenticator } from '../../../../src/auth/domain/compile-authenticator.js';
import { principalFromClaims } from '../../../../src/auth/domain/principal-from-claims.js';
import { IdentityRefused } from '../../../../src/core/principal.js';

const issuer = 'https://issuer.test';
const bare = authenticator({
  username: { claim: 'sub', prefix: '' },
  groups: { claim: 'groups', prefix: '' },
});
const prefixed = authenticator({
  username: { claim: 'email', prefix: 'oidc:' },
  groups: { claim: 'roles', prefix: 'team:' },
});
function authenticator(mappings: Omit<JwtAuthenticator['claimMappings'], 'extra'>) {
  const spec = {
    issuer: { url: issuer, audiences: ['sallyport'] },
    claimMappings: { ...mappings, extra: [] },
    claimValidationRules: [],
    userValidationRules: [],
  };
  return compileAuthenticator(spec, 0, []);
}

const claims = { sub: 'alice', exp: 2_000, jti: 'token-1', groups: ['devs', 'ops'] };

describe('principalFromClaims', () => {
  it('takes user and groups from the claims that it is told', () => {
    const given = { email: 'a@b.test', roles: ['x'], sub: 'other', groups: ['y'], exp: 1 };
    const principal = principalFromClaims(prefixed, given);
    expect(principal.username).toBe('oidc:a@b.test');
    expect(principal.groups).toEqual(['team:x', 'system:authenticated']);
  });

  it('keeps issuer, token id and expiry', () => {
    expect(principalFromClaims(bare, claims)).toMatchObject({
      username: 'alice',
      groups: ['devs', 'ops', 'system:authenticated'],
      kind: 'oidc',
      credentialId: `${issuer}#token-1`,
      expiresAtMs: 2_000_000,
    });
  });

  it('names the credential by its subject where the token has no id', () => {
    const { jti: _jti, ...others } = claims;
    expect(principalFromClaims(bare, others).credentialId).toBe(`${issuer}#sub=alice`);
  });

  it('never gives two users one credential id', () => {
    const ids = ['alice', 'bob'].flatMap((email) => {
      const long = `${'x'.repeat(200)}${email}`;
      const odd: readonly object[] = [{ jti: 5 }, {}, { jti: '' }, { jti: long }, { sub: long }];
      return odd.map(
        (rest) => principalFromClaims(prefixed, { exp: 1, email, ...rest }).credentialId,
      );
    });
    // The first three of a user are told apart by what they lack, or are one.
    expect(ids.slice(0, 5).filter((id) => ids.slice(5).includes(id))).toEqual([]);
  });

  it.each([2 ** 63, 1e300, Infinity, Number.NaN, 2_000.5, '2000', 253_402_300_800])(
    'takes %j for no expiry',
    (exp) => {
      expect(() => principalFromClaims(bare, { ...claims, exp })).toThrow(IdentityRefused);
    },
  );

  it('cuts a token id that would fill the audit trail', () => {
    const { credentialId } = principalFromClaims(bare, { ...claims, jti: 'x'.repeat(9_000) });
    expect(credentialId.length).toBeLessThan(200);
  });

  it('takes one group as a text, none where the claim is absent or not mapped', () => {
    const groupsOf = (given: object, mappings = bare) =>
      principalFromClaims(mappings, { ...claims, ...given }).groups;
    expect(groupsOf({ groups: 'devs' })).toEqual(['devs', 'system:authenticated']);
    expect(groupsOf({ groups: undefined })).toEqual(['system:authenticated']);
    expect(groupsOf({ groups: [] })).toEqual(['system:authenticated']);
    expect(groupsOf({}, authenticator({ username: { claim: 'sub', prefix: '' } }))).toEqual([
      'system:authenticated',
    ]);
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
    expect(() => principalFromClaims(bare, { ...claims, ...wrong })).toThrow(IdentityRefused);
  });

  it('cannot be led to a prototype by a claim name', () => {
    const mapped = authenticator({ username: { claim: 'constructor', prefix: '' } });
    expect(() => principalFromClaims(mapped, claims)).toThrow(IdentityRefused);
  });
});
