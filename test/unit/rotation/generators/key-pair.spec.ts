import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KeyAlgorithm } from '../../../../src/rotation/domain/rotation-spec.js';
import { generated } from '../domain/generated/generated.builder.js';
import { textsOf } from './values.builder.js';

const algorithms: readonly (readonly [string, KeyAlgorithm, object])[] = [
  ['Ed25519', { name: 'Ed25519' }, {}],
  ['P-256', { name: 'ECDSA', curve: 'P-256' }, { namedCurve: 'prime256v1' }],
  ['P-384', { name: 'ECDSA', curve: 'P-384' }, { namedCurve: 'secp384r1' }],
  ['P-521', { name: 'ECDSA', curve: 'P-521' }, { namedCurve: 'secp521r1' }],
  ['RSA 2048', { name: 'RSA', bits: 2048 }, { modulusLength: 2048, publicExponent: 65_537n }],
  ['RSA 4096', { name: 'RSA', bits: 4096 }, { modulusLength: 4096, publicExponent: 65_537n }],
];

describe('a key pair', () => {
  test.each(algorithms)('of %s is PKCS #8 and SPKI that belong together', async (...row) => {
    const [, algorithm, details] = row;
    const { key = '', pub = '' } = await pairOf(algorithm, 'pub');
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(pub).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    const privateKey = createPrivateKey(key);
    expect(privateKey.asymmetricKeyDetails).toEqual(details);
    const digest = algorithm.name === 'Ed25519' ? null : 'sha256';
    const text = Buffer.from('text');
    const signature = sign(digest, text, privateKey);
    expect(verify(digest, text, createPublicKey(pub), signature)).toBe(true);
  });

  test('is stored without its public half where no key is named for that', async () => {
    expect(Object.keys(await pairOf({ name: 'Ed25519' }, undefined))).toEqual(['key']);
  });

  test('for RSA is made while other work goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await pairOf({ name: 'RSA', bits: 4096 }, undefined);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

async function pairOf(algorithm: KeyAlgorithm, publicKey: string | undefined) {
  return textsOf([generated('key', { kind: 'keyPair', keyPair: { algorithm, publicKey } })]);
}
