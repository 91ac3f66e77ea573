import { Buffer } from 'node:buffer';
import { isPrintable } from '../../access/domain/go-quote.js';

/** `FieldManagerMaxLength` of apimachinery. */
const BYTES_MAX = 128;

/**
 * Returns the field manager that the API server would take from a user agent, if the header field
 * is read as one character an octet. `unknown` if nothing is left, as in managed fields.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export function fieldManagerOf(userAgent: string | undefined): string {
  const [product = ''] = (userAgent ?? '').split('/', 1);
  let manager = '';
  for (const character of Buffer.from(product, 'latin1').toString('utf8')) {
    if (!isPrintable(character)) continue;
    if (Buffer.byteLength(manager + character) > BYTES_MAX) break;
    manager += character;
  }
  return manager === '' ? 'unknown' : manager;
}
