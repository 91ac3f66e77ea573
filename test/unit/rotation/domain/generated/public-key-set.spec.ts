import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  joinKeySet,
  publicJwk,
} from '../../../../../src/rotation/domain/generated/public-key-set.js';

const okp = { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'new', use: 'sig', alg: 'EdDSA' };
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

describe('the public half of a JWK', () => {
  test.each([
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  ])('is what Node exports of the public key', ({ privateKey, publicKey }) => {
    expect(publicJwk(privateKey.export({ format: 'jwk' }))).toEqual(
      publicKey.export({ format: 'jwk' }),
    );
  });

  test('has nothing private, whatever else stands in the JWK', () => {
    const secret = Object.fromEntries(privateMembers.map((name) => [name, 'secret']));
    const jwk = { ...secret, ...okp, key_ops: ['sign'], x5c: ['A'], alg: 7 };
    const { alg: _, ...rest } = okp;
    expect(publicJwk(jwk)).toEqual(rest);
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    {},
    { kty: 'oct', k: 'AAAA' },
    { kty: 'EC', crv: 'P-256', x: 'AAAA' },
    { kty: 'RSA', n: 'AAAA', e: 3 },
    { kty: ['OKP'], crv: 'Ed25519', x: 'AAAA' },
  ])('is not made of %j', (jwk) => {
    expect(publicJwk(jwk)).toBeUndefined();
  });
});

describe('a joined set', () => {
  const old = (kid: string): object => ({ ...okp, kid });

  test('has the new key first, then the newest of the old ones', () => {
    const current = bytesOf({ keys: [old('c'), old('b'), old('a')] });
    expect(kidsOf(joinKeySet(okp, current, 2))).toEqual(['new', 'c', 'b']);
    expect(kidsOf(joinKeySet(okp, current, 0))).toEqual(['new']);
    expect(kidsOf(joinKeySet(okp, current, 10))).toEqual(['new', 'c', 'b', 'a']);
  });

  test('passes over what is no public key without counting it', () => {
    const secret = { ...old('a'), d: 'secret' };
    const joined = joinKeySet(okp, bytesOf({ keys: [1, { kty: 'oct', k: 'k' }, secret] }), 1);
    expect(kidsOf(joined)).toEqual(['new', 'a']);
    expect(joined).not.toContain('secret');
  });

  test.each(['', 'null', '[]', '{}', '{"keys":7}', '{"keys":', '7', '['.repeat(100_000)])(
    'has the new key alone where there was %j',
    (current) => {
      expect(kidsOf(joinKeySet(okp, Buffer.from(current), 5))).toEqual(['new']);
    },
  );

  test('has the new key alone where there was nothing, or bytes that are no text', () => {
    expect(kidsOf(joinKeySet(okp, undefined, 5))).toEqual(['new']);
    expect(kidsOf(joinKeySet(okp, Buffer.of(0xff), 5))).toEqual(['new']);
  });

  test('never throws, and has the new key first, whatever there was', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(5), (current, keepOld) => {
        const keys = kidsOf(joinKeySet(okp, Buffer.from(`{"keys":[${current}]}`), keepOld));
        expect(keys[0]).toBe('new');
        expect(keys.length).toBeLessThanOrEqual(1 + keepOld);
      }),
    );
  });
});

function bytesOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function kidsOf(set: string): readonly unknown[] {
  const { keys } = JSON.parse(set) as { readonly keys: readonly { readonly kid: string }[] };
  return keys.map(({ kid }) => kid);
}
