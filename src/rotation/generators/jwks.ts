import { calculateJwkThumbprint } from 'jose';
import type { SecretValue } from '../../core/secret-value.js';
import { joinKeySet, publicJwk } from '../domain/generated/public-key-set.js';
import type { JwksRules, KeyAlgorithm } from '../domain/rotation-spec.js';
import { type GeneratedValues, valueAt } from './generated-values.js';
import { GeneratorFault } from './generator-fault.js';
import { newKeyPair } from './key-pair.js';

/** RSA as strong as the other two are at least (NIST SP 800-57 part 1, table 2). */
const rsa = { name: 'RSA', bits: 3072 } as const;

/** Keys of JWS algorithms. RFC 7518 section 3.1, RFC 8037 section 3.1. */
const keyOf: Readonly<Record<JwksRules['algorithm'], KeyAlgorithm>> = {
  EdDSA: { name: 'Ed25519' },
  ES256: { name: 'ECDSA', curve: 'P-256' },
  ES384: { name: 'ECDSA', curve: 'P-384' },
  RS256: rsa,
  PS256: rsa,
};

/**
 * Creates a private JWK to sign with, and the set of public keys for verification. Signatures of
 * former keys stay valid while their keys are in the set. `kid` is the thumbprint (RFC 7638).
 */
export async function makeJwks(
  key: string,
  rules: JwksRules,
  currentSet: SecretValue | undefined,
): Promise<GeneratedValues> {
  const { privateKey } = await newKeyPair(keyOf[rules.algorithm]);
  const exported = privateKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(privateKey);
  const jwk = { ...exported, kid, use: 'sig', alg: rules.algorithm };
  const newKey = publicJwk(jwk);
  if (newKey === undefined) throw new GeneratorFault(key, 'its key has no public half');
  return [
    ...valueAt(key, JSON.stringify(jwk)),
    ...valueAt(rules.publicKeySet, joinKeySet(newKey, currentSet?.reveal(), rules.keepOld)),
  ];
}
