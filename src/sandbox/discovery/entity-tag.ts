import { createHash } from 'node:crypto';

/** The hash of a document, as `ETag` (in quotes) and `?hash=` carry it. */
export function hashOf(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}

/** Whether `If-None-Match` names the document that would be sent. */
export function isUnchanged(ifNoneMatch: string | undefined, hash: string): boolean {
  return ifNoneMatch?.replace(/^W\//, '') === `"${hash}"`;
}
