import { createHash } from 'node:crypto';

const LEAF_PREFIX = Uint8Array.of(0);

/** Returns an entry's Merkle leaf hash. https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */
export function leafHash(entry: Uint8Array): Uint8Array {
  return createHash('sha256').update(LEAF_PREFIX).update(entry).digest();
}
