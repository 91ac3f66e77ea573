import { randomBytes } from 'node:crypto';
import { openSshPrivateKey, sshPublicKeyLine } from '../domain/generated/ssh-key.js';
import type { SshKeyPairRules } from '../domain/rotation-spec.js';
import { type GeneratedValues, valueAt } from './generated-values.js';
import { newKeyPair } from './key-pair.js';

/** Creates a pair in the formats of OpenSSH, the private key without a passphrase. */
export async function makeSshKeyPair(
  key: string,
  rules: SshKeyPairRules,
): Promise<GeneratedValues> {
  const { privateKey } = await newKeyPair(rules.algorithm);
  const sshKey = { jwk: privateKey.export({ format: 'jwk' }), comment: rules.comment };
  return [
    ...valueAt(key, openSshPrivateKey(sshKey, randomBytes(4))),
    ...valueAt(rules.publicKey, sshPublicKeyLine(sshKey)),
  ];
}
