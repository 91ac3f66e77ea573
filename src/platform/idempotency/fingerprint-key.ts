import { createHmac, type KeyObject } from 'node:crypto';

/**
 * Fingerprints of requests under a secret key that the database does not contain. With a plain hash
 * of a body, readers of the database could guess the values in it.
 */
export class FingerprintKey {
  readonly #key: KeyObject;

  /** `key`: 32 bytes for this purpose only, equal for all replicas. */
  constructor(key: KeyObject) {
    this.#key = key;
  }

  fingerprint(request: Uint8Array | string): Uint8Array {
    return createHmac('sha256', this.#key).update(request).digest();
  }
}
