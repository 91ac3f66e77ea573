import { createPrivateKey, type KeyObject } from 'node:crypto';
import { derChildren, derElements, derHex, derTag } from './der.js';
import type { PemBlock } from './pem.js';

const damaged = 'is damaged, or of an unknown algorithm';
/** Object identifiers of DSA and DH, in hexadecimal. */
const costly: ReadonlySet<string> = new Set([
  '2a8648ce380401',
  '2a864886f70d010301',
  '2a8648ce3e0201',
]);

/**
 * Creates the key of a block without a passphrase, or returns why there is none. PKCS #8 of DSA and
 * DH is refused unread: OpenSSL would compute the public key, which takes minutes for a large
 * modulus, whatever the label of the block says.
 */
export function createdKey({ text, base64 }: PemBlock): KeyObject | string {
  const [outer] = derElements(Buffer.from(base64, 'base64'), 1) ?? [];
  const [version, second] = derChildren(outer);
  if (version?.tag !== derTag.integer || second === undefined) return damaged;
  if (second.tag === derTag.sequence) {
    const [algorithm] = derChildren(second);
    if (algorithm?.tag !== derTag.objectIdentifier) return damaged;
    if (costly.has(derHex(algorithm))) return 'has a DSA or DH key, which clients refuse';
  }
  try {
    return createPrivateKey(text);
  } catch {
    return damaged;
  }
}
