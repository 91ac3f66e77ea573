import type { KeyObject, webcrypto } from 'node:crypto';
import { keyDetails } from '../../core/key-details.js';

export interface SigningKey {
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: Algorithm;
}

type Algorithm =
  | { readonly name: 'Ed25519' }
  | { readonly name: 'ECDSA'; readonly namedCurve: string; readonly hash: string }
  | { readonly name: 'RSASSA-PKCS1-v1_5'; readonly hash: string };

const RSA_BITS_MIN = 2_048;
/** Curves with the hash of equal strength. RFC 5480, section 4. */
const curves: ReadonlyMap<unknown, Algorithm> = new Map([
  ['prime256v1', { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
  ['secp384r1', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
  ['secp521r1', { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
]);

/** Returns a private key for Web Crypto; undefined for a key that cannot sign here. */
export function signingKeyOf(key: KeyObject): SigningKey | undefined {
  const algorithm = algorithmOf(key);
  return algorithm && { key: key.toCryptoKey(algorithm, false, ['sign']), algorithm };
}

function algorithmOf(key: KeyObject): Algorithm | undefined {
  const { namedCurve, modulusLength = 0 } = keyDetails(key);
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ec':
      return curves.get(namedCurve);
    case 'rsa':
      if (modulusLength < RSA_BITS_MIN) return undefined;
      return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    default:
      return undefined;
  }
}
