import type { VersionBinding } from './domain/version-binding.js';

export interface Sealed {
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * Seals and opens payloads under the existing key-encryption keys. `open` throws IntegrityError if
 * a row is damaged or misplaced, Unavailable if its key is unavailable.
 */
export abstract class KeyRing {
  abstract seal(plaintext: Uint8Array, binding: VersionBinding): Sealed;
  abstract open(sealed: Sealed, binding: VersionBinding): Buffer;
  /** Wraps the data key with the active key. */
  abstract rewrap(sealed: Sealed, binding: VersionBinding): Pick<Sealed, 'keyId' | 'wrappedKey'>;
  /** Returns HMAC-SHA-256 under a key for no other purpose; `context` names what is compared. */
  abstract mac(context: string, bytes: Uint8Array): Buffer;
  abstract get activeKeyId(): string;
  /** Throws Unavailable while the source of keys does not answer. */
  abstract requireAvailable(): void;

  /** Loads, before `open`, a key that another replica has begun to use meanwhile. */
  learn(_keyId: string): Promise<void> {
    return Promise.resolve();
  }
}
