import { checkValue, IdentityRefused, Principal } from '../core/principal.js';

/** Alternating names and values. */
export type RawHeaders = readonly string[];

/**
 * Returns the header fields that make the API server act as `principal`, and nothing else. Without
 * a user, the API server would act as the gateway, so a user is required.
 */
export function impersonationHeaders(principal: Principal): RawHeaders {
  if (!(principal instanceof Principal)) throw new IdentityRefused('not a principal');
  const headers = ['Impersonate-User', encoded('user name', principal.username)];
  // Constrained impersonation refuses uid, groups and extras of a ServiceAccount; the API server
  // adds the groups itself.
  if (principal.serviceAccount !== undefined) return headers;
  if (principal.uid !== '') headers.push('Impersonate-Uid', encoded('uid', principal.uid));
  for (const group of principal.groups) {
    // The API server adds this group to every user.
    if (group === 'system:authenticated') continue;
    headers.push('Impersonate-Group', encoded('group', group));
  }
  for (const [key, values] of Object.entries(principal.extra)) {
    const name = `Impersonate-Extra-${encodedKey(key)}`;
    for (const value of values) headers.push(name, encoded('extra value', value));
  }
  return headers;
}

/** Encodes UTF-8 bytes for Node, which writes header text as Latin-1. */
function encoded(what: string, value: string): string {
  checkValue(what, value);
  return Buffer.from(value, 'utf8').toString('latin1');
}

function encodedKey(key: string): string {
  checkValue('extra key', key);
  // Escape characters that encodeURIComponent leaves and no field name may contain.
  return encodeURIComponent(key.toLowerCase()).replaceAll('(', '%28').replaceAll(')', '%29');
}
