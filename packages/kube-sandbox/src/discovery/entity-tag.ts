import { createHash } from 'node:crypto';

/** Returns the hash of a document, for `ETag` (in quotes) and `?hash=`. */
export function hashOf(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}

/** Reports whether `If-None-Match` names the current document. */
export function isUnchanged(ifNoneMatch: string | undefined, hash: string): boolean {
  return ifNoneMatch?.replace(/^W\//, '') === `"${hash}"`;
}
