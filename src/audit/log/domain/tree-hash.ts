import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

const NODE_PREFIX = 1;
// Its only user fills and hashes it synchronously.
const scratch = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);

/** Returns the hash of an inner node. https://www.rfc-editor.org/rfc/rfc6962#section-2.1 */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  scratch.set(left, 1);
  scratch.set(right, 1 + HASH_BYTES);
  return hash('sha256', scratch, 'buffer');
}

/** Returns the root of a tree without leaves. */
export function emptyRoot(): Uint8Array {
  return hash('sha256', Buffer.alloc(0), 'buffer');
}

/** Returns the root over subtrees that get smaller from left to right; undefined for none. */
export function foldHashes(hashes: readonly Uint8Array[]): Uint8Array | undefined {
  return hashes.reduceRight<Uint8Array | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
}

export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
