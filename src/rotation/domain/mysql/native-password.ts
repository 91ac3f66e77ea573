import { createHash } from 'node:crypto';

/**
 * What `mysql_native_password` keeps of a password: SHA-1 of its SHA-1, which does not let in. Fit
 * for random passwords alone, since nothing slows guessing down.
 * https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/
 */
export function nativePasswordHash(password: string | Uint8Array): string {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
