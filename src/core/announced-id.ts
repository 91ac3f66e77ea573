import { createHash } from 'node:crypto';

/** Separates these hashes from every other use of the function. */
const DOMAIN = 'sallyport.dev/announced-audit-id/v1\n';
const PREFIX = 'sha256:';

/**
 * What announces an `Audit-ID` before a call with it is made: its hash. Who reads it cannot make a
 * call with that id, and the cluster's report of the call, which has the id, can be found by it.
 */
export function announcementOf(id: string): string {
  const hash = createHash('sha256').update(DOMAIN).update(id).digest('base64url');
  return `${PREFIX}${hash}`;
}

/** Whether a text announces an id; such a text is the id of no call of the gateway. */
export function isAnnouncement(text: string): boolean {
  return text.startsWith(PREFIX);
}
