import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultIssuer, ServiceAccountTokens } from '../../src/authn/service-account-tokens.js';
import { TokenRefused } from '../../src/authn/token-refused.js';
import { newKeyPem, payloadOf, payNamespace } from './stored-objects.js';

const account = { namespace: 'pay', name: 'app', uid: 'sa-uid' };
const order = { ...account, audiences: [defaultIssuer], expirationSeconds: 3600 };
const boundTo = (kind: 'Pod' | 'Secret', name: string, uid: string) => ({
  ...order,
  boundObject: { kind, name, uid },
});
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const saying = (text: string) => new TokenRefused(text);

describe('ServiceAccountTokens.issue', () => {
  it('writes the claims of a TokenRequest of the API server', () => {
    const { tokens } = payNamespace();
    const { token, expirationTimestamp } = tokens.issue({
      ...boundTo('Pod', 'app-1', 'pod-uid'),
      node: { name: 'node-1', uid: '' },
    });
    const now = Date.parse('2030-01-01T00:00:00Z') / 1000;
    expect(expirationTimestamp).toBe('2030-01-01T01:00:00Z');
    expect(payloadOf(token)).toEqual({
      aud: [defaultIssuer],
      exp: now + 3600,
      iat: now,
      iss: defaultIssuer,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': {
        namespace: 'pay',
        node: { name: 'node-1' },
        pod: { name: 'app-1', uid: 'pod-uid' },
        serviceaccount: { name: 'app', uid: 'sa-uid' },
      },
      nbf: now,
      sub: 'system:serviceaccount:pay:app',
    });
  });

  it('signs with the key that its key set publishes, for others to check', () => {
    const { tokens } = payNamespace();
    const [header = '', payload = '', signature = ''] = tokens.issue(order).token.split('.');
    const { keys } = tokens.jwks() as { keys: JsonWebKey[] };
    const [jwk = {}] = keys;
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
    expect(jwk).toMatchObject({ use: 'sig', kty: 'EC', kid, crv: 'P-256', alg: 'ES256' });
    expect(jwk).not.toHaveProperty('d');
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    const raw = Buffer.from(signature, 'base64url');
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, raw)).toBe(true);
  });

  it('names issuer and key set in the OpenID configuration', () => {
    expect(payNamespace().tokens.openIdConfiguration('https://127.0.0.1:6443')).toEqual({
      issuer: defaultIssuer,
      jwks_uri: 'https://127.0.0.1:6443/openid/v1/jwks',
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    });
  });

  it('takes no key but P-256', () => {
    const { sources } = payNamespace();
    const make = () => new ServiceAccountTokens({ ...sources, privateKeyPem: newKeyPem('P-384') });
    expect(make).toThrow('must be a P-256 key');
  });
});

describe('ServiceAccountTokens.verify', () => {
  it('gives name, uid and groups of the ServiceAccount, and what the token is bound to', () => {
    const { tokens } = payNamespace();
    const { token } = tokens.issue({
      ...boundTo('Pod', 'app-1', 'pod-uid'),
      node: { name: 'node-1', uid: '' },
    });
    const { user, audiences } = tokens.verify(token);
    expect(audiences).toEqual([defaultIssuer]);
    expect(user).toEqual({
      username: 'system:serviceaccount:pay:app',
      uid: 'sa-uid',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:pay', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${payloadOf(token)['jti'] as string}`],
        'authentication.kubernetes.io/node-name': ['node-1'],
        'authentication.kubernetes.io/pod-name': ['app-1'],
        'authentication.kubernetes.io/pod-uid': ['pod-uid'],
      },
    });
  });

  it('lists the audiences asked for that the token has, and refuses where there is none', () => {
    const { tokens } = payNamespace();
    const { token } = tokens.issue({ ...order, audiences: ['a', 'b'] });
    expect(tokens.verify(token, ['b', 'c', 'a']).audiences).toEqual(['b', 'a']);
    const refusal = `token audiences ["a" "b"] is invalid for the target audiences ["c" "d"]`;
    expect(() => tokens.verify(token, ['c', 'd'])).toThrow(saying(refusal));
    expect(() => tokens.verify(token)).toThrow(TokenRefused);
    const bare = tokens.issue({ ...order, audiences: [] }).token;
    expect(() => tokens.verify(bare)).toThrow('token audiences []');
  });

  it('refuses a token a minute after its end, and not sooner', () => {
    const { tokens, clock } = payNamespace();
    const { token } = tokens.issue(order);
    clock.ms += 3659_000;
    expect(tokens.verify(token).user.uid).toBe('sa-uid');
    clock.ms += 2_000;
    expect(() => tokens.verify(token)).toThrow(saying('service account token has expired'));
  });

  it('refuses a token from the future', () => {
    const { tokens, clock } = payNamespace();
    const { token } = tokens.issue(order);
    clock.ms -= 120_000;
    expect(() => tokens.verify(token)).toThrow(saying('service account token is not valid yet'));
  });

  it.each(['abc', 'a.b', 'a.b.c', '..', '{}', 'é.é.é', `${encoded({})}.${encoded({})}.x`])(
    'refuses %s as no bearer token at all',
    (text) => {
      expect(() => payNamespace().tokens.verify(text)).toThrow(new TokenRefused());
    },
  );

  it.each([
    ['another algorithm', { alg: 'none' }],
    ['a shared secret', { alg: 'HS256' }],
    ['no algorithm', {}],
    ['extensions it must know', { alg: 'ES256', crit: ['exp'] }],
  ])('refuses %s in the header', (_, header) => {
    const { tokens } = payNamespace();
    const [, payload = '', signature = ''] = tokens.issue(order).token.split('.');
    const failure = saying('go-jose/go-jose: error in cryptographic primitive');
    expect(() => tokens.verify(`${encoded(header)}.${payload}.${signature}`)).toThrow(failure);
    expect(() => tokens.verify(`${encoded(header)}.${payload}.`)).toThrow(failure);
  });

  it('refuses changed claims, also of a token it has seen', () => {
    const { tokens } = payNamespace();
    const { token } = tokens.issue(order);
    tokens.verify(token);
    const [header = '', , signature = ''] = token.split('.');
    const claims = { ...payloadOf(token), exp: 9e9 };
    expect(() => tokens.verify(`${header}.${encoded(claims)}.${signature}`)).toThrow(
      saying('go-jose/go-jose: error in cryptographic primitive'),
    );
  });

  it('refuses tokens of another key and of another issuer', () => {
    const { tokens, sources } = payNamespace();
    const otherKey = new ServiceAccountTokens({ ...sources, privateKeyPem: newKeyPem() });
    const otherIssuer = new ServiceAccountTokens({ ...sources, issuer: 'https://other' });
    expect(() => tokens.verify(otherKey.issue(order).token)).toThrow(
      saying('invalid signature, no keys found'),
    );
    expect(() => tokens.verify(otherIssuer.issue(order).token)).toThrow(new TokenRefused());
  });

  it('refuses at once when the ServiceAccount is deleted or made anew', () => {
    const { tokens, reader } = payNamespace();
    const { token } = tokens.issue(order);
    tokens.verify(token);
    reader.remove({ resource: 'serviceaccounts', ...account });
    expect(() => tokens.verify(token)).toThrow(saying('serviceaccounts "app" not found'));
    reader.put('serviceaccounts', { ...account, uid: 'new' });
    expect(() => tokens.verify(token)).toThrow(
      saying('service account UID (new) does not match claim (sa-uid)'),
    );
    reader.put('serviceaccounts', { ...account, deletionTimestamp: '2029-12-31T23:00:00Z' });
    expect(() => tokens.verify(token)).toThrow(saying('service account pay/app has been deleted'));
  });

  it.each([
    ['Pod', 'pods', 'app-1', 'pod-uid', 'pod'],
    ['Secret', 'secrets', 'bound', 'secret-uid', 'secret'],
  ] as const)('refuses at once when the bound %s is deleted or made anew', (...bound) => {
    const [kind, resource, name, uid, word] = bound;
    const { tokens, reader } = payNamespace();
    const { token } = tokens.issue(boundTo(kind, name, uid));
    tokens.verify(token);
    reader.remove({ resource, namespace: 'pay', name });
    const gone = saying('service account token has been invalidated');
    expect(() => tokens.verify(token)).toThrow(gone);
    reader.put(resource, { namespace: 'pay', name, uid: 'new' });
    expect(() => tokens.verify(token)).toThrow(
      saying(`${word} UID (new) does not match service account ${word} ref claim (${uid})`),
    );
    const deletionTimestamp = '2029-12-31T23:00:00Z';
    reader.put(resource, { namespace: 'pay', name, uid, deletionTimestamp });
    expect(() => tokens.verify(token)).toThrow(gone);
  });

  it('forgets tokens it has not seen for long, and still accepts them', () => {
    const { tokens } = payNamespace();
    const first = tokens.issue(order).token;
    for (let i = 0; i < 1100; i += 1) tokens.verify(tokens.issue(order).token);
    expect(tokens.verify(first).user.uid).toBe('sa-uid');
  });
});
