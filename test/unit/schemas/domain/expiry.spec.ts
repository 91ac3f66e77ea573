import { expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../../src/core/certificate-authority.js';
import { endTime, expiryMs, expiryRule } from '../../../../src/schemas/domain/expiry.js';
import { SecretContents } from '../../../../src/schemas/domain/secret-contents.js';
import { values } from '../../secrets/domain/secret.builder.js';

const nowMs = Date.parse('2026-12-01T00:00:00Z');
const facts = (data: Record<string, string>, annotations: Record<string, string> = {}) => ({
  contents: new SecretContents(values(data)),
  annotations,
  nowMs,
});
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (claims: object): string => `${part({ alg: 'ES256' })}.${part(claims)}.c2ln`;

it.each([
  [{ key: 'until' }, facts({ until: '2027-01-01T00:00:00Z\n' }), '2027-01-01T00:00:00.000Z'],
  [
    { annotation: 'a/b' },
    facts({}, { 'a/b': '2027-01-01T00:00:00+01:00' }),
    '2026-12-31T23:00:00.000Z',
  ],
  [{ jwt: 'token' }, facts({ token: token({ exp: 1_800_000_000 }) }), '2027-01-15T08:00:00.000Z'],
])('%j is the source of the end', (expires, of, end) => {
  expect(new Date(expiryMs(expires, of) ?? 0).toISOString()).toBe(end);
});

it('reads the end of a certificate', async () => {
  const { certificate } = await createCertificateAuthority('ca', 30);
  const endMs = expiryMs({ certificate: 'tls.crt' }, facts({ 'tls.crt': certificate })) ?? 0;
  expect(Math.round((endMs - Date.now()) / 86_400_000)).toBe(30);
});

it.each([
  [{ key: 'until' }, facts({ until: '2020-01-01T00:00:00Z' }), 'has expired'],
  [{ key: 'until' }, facts({ until: 'soon' }), 'must be a time such as 2030-01-31T12:00:00Z'],
  [{ annotation: 'a' }, facts({}, { a: '2030' }), 'must be a time such as 2030-01-31T12:00:00Z'],
  [{ certificate: 'c' }, facts({ c: 'none' }), 'must have a time at which it ends'],
  [{ jwt: 'token' }, facts({ token: 'none' }), 'must have a time at which it ends'],
  [{ jwt: 'token' }, facts({ token: token({}) }), undefined],
  [{ key: 'until' }, facts({}), undefined],
  [{ annotation: 'a' }, facts({}), undefined],
  [{ annotation: 'constructor' }, facts({}), undefined],
])('%# is judged', (expires, of, reason) => {
  expect(expiryRule(expires).violation(of)?.reason).toBe(reason);
});

it.each([
  [undefined, null],
  [Number.NaN, null],
  [1e303, null],
  [-8.64e15 - 1, null],
  [Number.POSITIVE_INFINITY, null],
  [8.64e15, '+275760-09-13T00:00:00.000Z'],
  [0, '1970-01-01T00:00:00.000Z'],
])('%d ms is the time %s', (endMs, time) => {
  expect(endTime(endMs)).toBe(time);
});
