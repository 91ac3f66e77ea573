import { describe, expect, it } from 'vitest';
import { areClaimsOf, bearerToken } from '../../../../../src/sync/notify/domain/token-claims.js';

const spec = {
  issuer: 'https://issuer.example',
  audience: 'gateway',
  jwksUrl: 'https://issuer.example/keys',
  claims: [{ name: 'azp', value: 'event-grid' }],
};
const claims = { iss: spec.issuer, aud: 'gateway', azp: 'event-grid' };

describe('the claims of a sender', () => {
  it('are equal to those of the spec, with one audience or several', () => {
    expect(areClaimsOf(claims, spec)).toBe(true);
    expect(areClaimsOf({ ...claims, aud: ['other', 'gateway'] }, spec)).toBe(true);
  });

  it.each([
    { iss: 'https://issuer.example/' },
    { iss: undefined },
    { aud: 'gateway2' },
    { aud: undefined },
    { aud: ['other'] },
    { aud: { gateway: true } },
    { azp: 'other' },
    { azp: ['event-grid'] },
    { azp: undefined },
  ])('are not %j', (change) => {
    expect(areClaimsOf({ ...claims, ...change }, spec)).toBe(false);
  });

  it('all count', () => {
    const two = { ...spec, claims: [...spec.claims, { name: 'tid', value: 'tenant' }] };
    expect(areClaimsOf(claims, two)).toBe(false);
    expect(areClaimsOf({ ...claims, tid: 'tenant' }, two)).toBe(true);
  });

  it('have an address only if it is verified', () => {
    const email = 'push@example.com';
    const byEmail = { ...spec, claims: [{ name: 'email', value: email }] };
    const verified = (email_verified: unknown) =>
      areClaimsOf({ ...claims, email, email_verified }, byEmail);
    expect([true, 'true', 1, false, undefined].map(verified)).toEqual([
      ...[true, false, false, false, false],
    ]);
  });

  it('are own members', () => {
    const inherited = { ...spec, claims: [{ name: 'constructor', value: 'x' }] };
    expect(areClaimsOf(claims, inherited)).toBe(false);
  });
});

describe('the token of a header', () => {
  it.each(['Bearer a.b.c', 'bearer a.b.c'])('is that of %s', (header) => {
    expect(bearerToken(header)).toBe('a.b.c');
  });

  it.each([
    undefined,
    '',
    'a.b.c',
    'Basic a.b.c',
    'Bearer',
    'Bearer a b',
    'Bearer  a',
    ' Bearer a',
  ])('is none in %j', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });

  it('has at most 8,192 characters', () => {
    expect(bearerToken(`Bearer ${'a'.repeat(8_192)}`)).toHaveLength(8_192);
    expect(bearerToken(`Bearer ${'a'.repeat(8_193)}`)).toBeUndefined();
  });
});
