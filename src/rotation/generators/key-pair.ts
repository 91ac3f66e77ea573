import { type KeyObject, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { KeyAlgorithm, KeyPairRules } from '../domain/rotation-spec.js';
import { type GeneratedValues, valueAt } from './generated-values.js';

/** In threads of Node's pool: a key for RSA may take seconds. */
const generate = promisify(generateKeyPair);

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A new key pair, in memory. */
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

/** PKCS #8 without a passphrase (RFC 5958), PEM. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The private key as PKCS #8, the public one as SubjectPublicKeyInfo (RFC 5280), both PEM. */
export async function makeKeyPair(key: string, rules: KeyPairRules): Promise<GeneratedValues> {
  const { privateKey, publicKey } = await newKeyPair(rules.algorithm);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return [...valueAt(key, privateKeyPem(privateKey)), ...valueAt(rules.publicKey, publicPem)];
}
