import { createHash } from 'node:crypto';

/** Derives a run ID (UUID version 8, RFC 9562); equal inputs give equal IDs. */
export function runIdFor(meaning: string): string {
  const hex = createHash('sha256').update(meaning).digest('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...groups, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
