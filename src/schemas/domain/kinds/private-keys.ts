import type { KeyObject } from 'node:crypto';
import { createdKey } from '../../../secrets/domain/created-key.js';
import { parsePem } from '../../../secrets/domain/pem.js';
import { type Kind, ofText } from './kind.js';
import { weakKeyReason } from './weak-keys.js';

/** Private key of TLS or of a signature. */
export const privateKeyKind: Kind = {
  description: 'PEM private key without a passphrase: PKCS #8, PKCS #1 or SEC 1.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => {
    const key = privateKeyIn(text);
    if (typeof key === 'string') return [key];
    const weak = weakKeyReason(key);
    return weak === undefined ? [] : [`must not have ${weak}`];
  }),
};

/**
 * Returns the private key of a text, or the reason that there is none. `EC PARAMETERS` may come
 * first: `openssl ecparam -genkey` writes both.
 */
export function privateKeyIn(text: string): KeyObject | string {
  const blocks = parsePem(text);
  if (blocks === undefined) return 'must be complete PEM blocks';
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [block] = keys;
  if (block === undefined) return 'must be a PEM private key';
  if (keys.length > 1) return 'must have one private key';
  const isEncrypted = block.label.startsWith('ENCRYPTED') || /^DEK-Info:/m.test(block.text);
  if (isEncrypted) return 'is encrypted with a passphrase, which a service cannot enter';
  if (block.label === 'OPENSSH PRIVATE KEY') return 'is an OpenSSH key; must be PKCS #8 or PKCS #1';
  return createdKey(block);
}
