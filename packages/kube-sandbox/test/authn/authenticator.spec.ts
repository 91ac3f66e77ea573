import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authn/authenticator.js';
import { parseBearerToken } from '../../src/authn/bearer-token.js';
import type { ClientCertificate } from '../../src/authn/client-certificate.js';
import { defaultIssuer } from '../../src/authn/service-account-tokens.js';
import { ApiStatusError } from '../../src/model/api-status.js';
import { payNamespace } from './stored-objects.js';

const raw = Buffer.from('certificate');
const certificate: ClientCertificate = {
  commonName: 'kubernetes-admin',
  organizations: ['system:masters'],
  uid: '',
  raw,
  isTrusted: true,
};

function setUp() {
  const { tokens } = payNamespace();
  const authenticator = new Authenticator(tokens);
  const order = { namespace: 'pay', name: 'app', uid: 'sa-uid', expirationSeconds: 600 };
  const { token } = tokens.issue({ ...order, audiences: [defaultIssuer] });
  const foreign = tokens.issue({ ...order, audiences: ['elsewhere'] }).token;
  const as = (authorization?: string, clientCertificate?: ClientCertificate) =>
    authenticator.authenticate({ authorization, clientCertificate });
  const asStranger = (authorization?: string) =>
    as(authorization, { ...certificate, isTrusted: false });
  return { as, asStranger, token, foreign };
}

describe('Authenticator', () => {
  it('takes user, groups and credential id from a client certificate', () => {
    const digest = createHash('sha256').update(raw).digest('hex');
    expect(setUp().as(undefined, certificate)).toEqual({
      username: 'kubernetes-admin',
      uid: '',
      groups: ['system:masters', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${digest}`] },
    });
  });

  it('adds no group to a certificate that states whether its user is authenticated', () => {
    const groups = ['dev', 'system:unauthenticated'];
    expect(setUp().as(undefined, { ...certificate, organizations: groups }).groups).toEqual(groups);
    const anonymous = { ...certificate, commonName: 'system:anonymous', organizations: [] };
    expect(setUp().as(undefined, anonymous).groups).toEqual([]);
  });

  it('prefers the certificate to a token, even to a wrong one', () => {
    const { as, token } = setUp();
    expect(as(`Bearer ${token}`, certificate).username).toBe('kubernetes-admin');
    expect(as('Bearer wrong', certificate).username).toBe('kubernetes-admin');
  });

  it('takes the token where the certificate is a stranger’s or has no name', () => {
    const { as, asStranger, token } = setUp();
    const nameless = { ...certificate, commonName: '' };
    const username = 'system:serviceaccount:pay:app';
    expect(as(`Bearer ${token}`).username).toBe(username);
    expect(as(`Bearer ${token}`, nameless).username).toBe(username);
    expect(asStranger(`Bearer ${token}`).username).toBe(username);
  });

  it('answers 401 where all that is shown is wrong', () => {
    const { as, asStranger, foreign } = setUp();
    const refusal = expect.objectContaining({ code: 401, message: 'Unauthorized' }) as Error;
    expect(() => as('Bearer wrong')).toThrow(ApiStatusError);
    expect(() => as('Bearer wrong')).toThrow(refusal);
    expect(() => as(`Bearer ${foreign}`)).toThrow(refusal);
    expect(() => asStranger('Bearer wrong')).toThrow(refusal);
    expect(() => asStranger()).toThrow(refusal);
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearer', 'Bearer ', 'Bearer  x', 'Bearer\tx', 'x'])(
    'knows nobody from the Authorization field %j',
    (authorization) => {
      expect(setUp().as(authorization)).toEqual({
        username: 'system:anonymous',
        uid: '',
        groups: ['system:unauthenticated'],
        extra: {},
      });
    },
  );
});

describe('parseBearerToken', () => {
  it.each(['Bearer t', 'bearer t', 'BEARER t more', '  Bearer t '])(
    'finds the token in %j',
    (is) => {
      expect(parseBearerToken(is)).toEqual({ token: 't', warning: undefined });
    },
  );

  it('warns of a token that it ignores', () => {
    expect(parseBearerToken('Bearer  t').warning).toContain('contains extra space before');
    expect(parseBearerToken('Bearer ').warning).toBeUndefined();
  });
});
