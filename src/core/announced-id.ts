import { createHash } from 'node:crypto';

/** Separates these hashes from every other use of the function. */
const DOMAIN = 'sallyport.dev/announced-audit-id/v1\n';
const PREFIX = 'sha256:';

/**
 * Returns the hash that announces an `Audit-ID` before the call. Readers of the hash cannot make a
 * call with that id. The cluster's report of the call contains the id, so the hash finds the
 * report.
 */
export function announcementOf(id: string): string {
  const hash = createHash('sha256').update(DOMAIN).update(id).digest('base64url');
  return `${PREFIX}${hash}`;
}

/** Reports whether a text announces an id; no call of the gateway has such a text as its id. */
export function isAnnouncement(text: string): boolean {
  return text.startsWith(PREFIX);
}
