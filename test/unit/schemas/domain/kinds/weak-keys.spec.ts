import { createPrivateKey, generateKeyPairSync, getCurves } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { weakKeyReason } from '../../../../../src/schemas/domain/kinds/weak-keys.js';
import { fixture } from './fixtures.js';

const onCurve = (namedCurve: string): string | undefined =>
  weakKeyReason(generateKeyPairSync('ec', { namedCurve }).privateKey);

/** Bits by the name of a curve of WAP, which does not tell them. */
const wapBits: Readonly<Record<string, number>> = { wtls10: 233, wtls11: 233, wtls12: 224 };

function bitsOf(curve: string): number {
  if (curve.startsWith('wap')) return wapBits[curve.split('-').at(-1) ?? ''] ?? 163;
  return curve === 'SM2' ? 256 : Number(/\d{3}/.exec(curve)?.[0] ?? 0);
}

describe('weakKeyReason', () => {
  it.each(getCurves())('knows how strong %s is', (curve) => {
    const expected = bitsOf(curve) < 224 ? 'a key on a curve below 224 bits' : undefined;
    expect(onCurve(curve)).toBe(expected);
  });

  it.each(['ed25519', 'ed448', 'x25519', 'rsa-pkcs8', 'rsa-pss'])('finds nothing at %s', (name) => {
    expect(weakKeyReason(createPrivateKey(fixture(`keys/${name}.pem`)))).toBeUndefined();
  });

  it.each([
    ['rsa-1024', 'an RSA key below 2048 bits'],
    ['dsa-traditional', 'a DSA key, which clients refuse'],
  ])('says what is weak about %s', (name, reason) => {
    expect(weakKeyReason(createPrivateKey(fixture(`keys/${name}.pem`)))).toBe(reason);
  });
});
