import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { expect, it } from 'vitest';
import type { PublicKey } from '../../../src/auth/domain/key-set.js';
import { JwksSource } from '../../../src/auth/jwks-source.js';
import { OidcVerifier } from '../../../src/auth/oidc.verifier.js';
import { limits } from '../../../src/core/limits.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compiledOf, issuerUrl } from './domain/authenticator.builder.js';
import { ManualClock } from './manual-clock.js';

async function trusted() {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' } as PublicKey;
  const clock = new ManualClock();
  const fetch = () => Promise.resolve([key]);
  const keys = new JwksSource({ name: 'the issuer', clock, fetch, onAlarm: () => undefined });
  const compiled = compiledOf();
  if (compiled === undefined) throw new TypeError('it compiles');
  const verifier = new OidcVerifier(clock);
  verifier.trust([{ authenticator: compiled, keys }]);
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(issuerUrl)
    .setAudience('sallyport')
    .setSubject('alice')
    .setExpirationTime('1d')
    .sign(privateKey);
  const value = SecretValue.fromBytes(Buffer.from(token));
  return { clock, verify: () => verifier.verify({ value, unverifiedIssuer: issuerUrl }) };
}

it('what was verified is current for as long as the keys are that it was verified with', async () => {
  const { clock, verify } = await trusted();
  await verify();
  const { principal, isCurrent } = await verify();
  expect([principal.username, isCurrent?.()]).toEqual(['alice', true]);
  clock.advance(limits.jwksKeptMs + 1);
  expect(isCurrent?.()).toBe(false);
});

it('what made the keys be fetched is never taken for current, also once they are too old', async () => {
  const { clock, verify } = await trusted();
  const { isCurrent } = await verify();
  expect(isCurrent?.()).toBe(false);
  clock.advance(limits.jwksKeptMs + 1);
  expect(isCurrent?.()).toBe(false);
});
