import { Buffer } from 'node:buffer';

/** `FieldManagerMaxLength` of apimachinery. */
const BYTES_MAX = 128;
/** Go's `unicode.IsPrint`. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/**
 * The field manager that the API server would take from a user agent, as the header field is read:
 * one character an octet. `unknown` where nothing is left, as managed fields show it.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export function fieldManagerOf(userAgent: string | undefined): string {
  const [product = ''] = (userAgent ?? '').split('/', 1);
  let manager = '';
  for (const character of Buffer.from(product, 'latin1').toString('utf8')) {
    if (!PRINTABLE.test(character)) continue;
    if (Buffer.byteLength(manager + character) > BYTES_MAX) break;
    manager += character;
  }
  return manager === '' ? 'unknown' : manager;
}
