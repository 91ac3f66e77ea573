import { expect, test } from 'vitest';
import { holdsServiceAccountToken } from '../../../../src/secrets/domain/service-account-token.js';
import { values } from './secret.builder.js';

const part = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
const jwt = (claims: unknown) => `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;

test.each([
  ['of the API server', jwt({ sub: 'system:serviceaccount:a:b', iss: 'https://k' })],
  ['bound to an object', jwt({ sub: 'x', 'kubernetes.io': { namespace: 'a' } })],
  ['of the old kind', jwt({ 'kubernetes.io/serviceaccount/namespace': 'a' })],
  ['with a line end, as echo leaves it', `${jwt({ sub: 'system:serviceaccount:a:b' })}\n`],
])('a token %s is recognised', (_name, token) => {
  expect(holdsServiceAccountToken(values({ token }))).toBe(true);
});

test.each([
  ['a JWT of somebody else', jwt({ sub: 'ci', iss: 'https://issuer' })],
  ['a claim that only begins alike', jwt({ 'kubernetes.iox': 1 })],
  ['claims that are no object', jwt('system:serviceaccount:a:b')],
  ['null for claims', jwt(null)],
  ['what is not base64', 'a.???.b'],
  ['a password', 'hunter2'],
  ['two parts', `${part({})}.${part({ sub: 'system:serviceaccount:a:b' })}`],
  ['bytes that are no text', Uint8Array.of(0xff, 0xfe)],
])('%s is none', (_name, token) => {
  expect(holdsServiceAccountToken(values({ token }))).toBe(false);
});

test('only the key `token` counts', () => {
  const token = jwt({ sub: 'system:serviceaccount:a:b' });
  expect(holdsServiceAccountToken(values({ other: token }))).toBe(false);
});
