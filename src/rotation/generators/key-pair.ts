import { type KeyObject, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm, KeyPairRules } from '../domain/rotation-spec.js';
import { type GeneratedValues, valueAt } from './generated-values.js';

/** Uses threads of Node's pool: an RSA key may take seconds. */
const generate = promisify(generateKeyPair);

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Creates a key pair, in memory. */
export async function newKeyPair(algorithm: KeyAlgorithm): Promise<KeyPair> {
  switch (algorithm.name) {
    case 'Ed25519':
      return generate('ed25519');
    case 'ECDSA':
      return generate('ec', { namedCurve: algorithm.curve });
    case 'RSA':
      return generate('rsa', { modulusLength: algorithm.bits });
  }
}

/** Returns PKCS #8 without a passphrase (RFC 5958), PEM. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Creates a private key as PKCS #8 and a SubjectPublicKeyInfo (RFC 5280), both PEM. */
export async function makeKeyPair(key: string, rules: KeyPairRules): Promise<GeneratedValues> {
  const { privateKey, publicKey } = await newKeyPair(rules.algorithm);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return [...valueAt(key, privateKeyPem(privateKey)), ...valueAt(rules.publicKey, publicPem)];
}
