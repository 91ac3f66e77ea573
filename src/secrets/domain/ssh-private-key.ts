import { Buffer } from 'node:buffer';
import type { SecretValue } from '../../core/secret-value.js';
import { parsePem } from './pem.js';

const labels: ReadonlySet<string> = new Set([
  'OPENSSH PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
]);
const openSshMagic = Buffer.from('openssh-key-v1\0');

/**
 * Checks that the value has the shape of a private key that ssh reads; allows passphrases.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function sshPrivateKeyErrors(value: SecretValue): string[] {
  const blocks = parsePem(value.revealText() ?? '') ?? [];
  const key = blocks.find(({ label }) => labels.has(label));
  const reason = 'must be a private key in PEM or OpenSSH form';
  if (key === undefined) return [reason];
  if (key.label !== 'OPENSSH PRIVATE KEY') return [];
  const bytes = Buffer.from(key.base64, 'base64');
  return bytes.subarray(0, openSshMagic.length).equals(openSshMagic) ? [] : [reason];
}
