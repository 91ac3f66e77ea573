import { describe, expect, it } from 'vitest';
import {
  type CertificateFacts,
  principalFromCertificate,
} from '../../../../src/auth/domain/principal-from-certificate.js';
import { IdentityRefused } from '../../../../src/core/principal.js';

const facts: CertificateFacts = {
  commonNames: ['alice'],
  organizations: ['dev', 'ops'],
  fingerprint: 'ab12',
  notAfterMs: 5_000,
  isTrusted: true,
  isAuthority: false,
};

function from(overrides: Partial<CertificateFacts>, nowMs = 1_000) {
  return principalFromCertificate({ ...facts, ...overrides }, nowMs);
}

describe('a client certificate', () => {
  it('is the user of its CN in the groups of its Os, until it expires', () => {
    expect(from({})).toMatchObject({
      username: 'alice',
      uid: '',
      groups: ['dev', 'ops', 'system:authenticated'],
      kind: 'certificate',
      credentialId: 'X509SHA256=ab12',
      expiresAtMs: 5_000,
    });
  });

  it.each(['josé', '日本', '😀', 'a, b', 'a=b/CN=c', 'CN=root', "o'neil"])(
    'names exactly %s',
    (name) => {
      const principal = from({ commonNames: [name], organizations: [name] });
      expect([principal.username, principal.groups[0]]).toEqual([name, name]);
    },
  );

  it.each([
    [{ isTrusted: false }, 'not trusted'],
    [{ isAuthority: true }, 'of an authority'],
    [{ notAfterMs: 1_000 }, 'expired'],
    [{ commonNames: [] }, 'exactly one common name'],
    [{ commonNames: ['alice', 'bob'] }, 'exactly one common name'],
    [{ commonNames: ['alice', 'alice'] }, 'exactly one common name'],
    [{ commonNames: [''] }, 'empty'],
    [{ commonNames: [' alice'] }, 'white space'],
    [{ commonNames: ['alice\u00a0'] }, 'white space'],
    [{ commonNames: ['admin\u0000evil'] }, 'control character'],
    [{ commonNames: ['alice\r\nImpersonate-User: root'] }, 'control character'],
    [{ commonNames: ['system:admin'] }, 'reserved'],
    [{ commonNames: ['system:node:x'] }, 'reserved'],
    [{ commonNames: ['system:serviceaccount:a:b'] }, 'reserved'],
    [{ organizations: ['system:masters'] }, 'reserved'],
    [{ organizations: ['dev', ' system:masters'] }, 'white space'],
    [{ organizations: [''] }, 'empty'],
    [{ organizations: Array.from({ length: 257 }, (_, n) => `g${n}`) }, 'more than 256'],
    [{ commonNames: ['x'.repeat(257)] }, 'longer than'],
  ])('is refused with %j', (overrides, reason) => {
    expect(() => from(overrides)).toThrow(IdentityRefused);
    expect(() => from(overrides)).toThrow(reason);
  });
});
