import { createHmac, type KeyObject } from 'node:crypto';
import type { SecretValue } from '../../core/secret-value.js';

/**
 * Fingerprints of synced values: HMAC-SHA-256 under a key outside the database. Equal values of two
 * syncs, or of two keys, have different fingerprints.
 * https://www.rfc-editor.org/rfc/rfc2104
 */
export class ValueFingerprints {
  readonly #key: KeyObject;

  /** `key`: 32 bytes for no other purpose. */
  constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Returns 64 hexadecimal digits. */
  of(syncUid: string, key: string, value: SecretValue): string {
    const mac = createHmac('sha256', this.#key);
    mac.update(`${JSON.stringify([syncUid, key])}\n`);
    return mac.update(value.reveal()).digest('hex');
  }
}
