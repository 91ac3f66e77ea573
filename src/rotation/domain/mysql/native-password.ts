import { createHash } from 'node:crypto';

/**
 * Returns the hash that `mysql_native_password` stores: SHA-1 of the password's SHA-1, which is no
 * login credential. Suitable for random passwords only, because nothing slows guessing down.
 * https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/
 */
export function nativePasswordHash(password: string | Uint8Array): string {
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
