import { type AsymmetricKeyDetails, type KeyObject, randomBytes } from 'node:crypto';

/** OpenSSL reads the size of larger RSA keys with an error (OPENSSL_RSA_MAX_MODULUS_BITS). */
const RSA_BITS_MAX = 16_384;

/**
 * Returns the details of a key. For a larger RSA key, OpenSSL leaves an error in its queue, which
 * the next operation of anybody in this thread would throw. `randomBytes` clears the queue.
 */
export function keyDetails(key: KeyObject): AsymmetricKeyDetails {
  const { asymmetricKeyDetails: details = {} } = key;
  if ((details.modulusLength ?? 0) > RSA_BITS_MAX) randomBytes(1);
  return details;
}
