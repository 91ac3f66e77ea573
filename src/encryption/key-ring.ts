import type { VersionBinding } from './domain/version-binding.js';

export interface Sealed {
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/**
 * Seals and opens payloads under the key-encryption keys there are. `open` throws IntegrityError
 * where a row is damaged or belongs elsewhere, Unavailable where its key is not to be had.
 */
export abstract class KeyRing {
  abstract seal(plaintext: Uint8Array, binding: VersionBinding): Sealed;
  abstract open(sealed: Sealed, binding: VersionBinding): Buffer;
  /** The same data key, under the active key. */
  abstract rewrap(sealed: Sealed, binding: VersionBinding): Pick<Sealed, 'keyId' | 'wrappedKey'>;
  /** HMAC-SHA-256 under a key that serves nothing else; `context` names what is compared. */
  abstract mac(context: string, bytes: Uint8Array): Buffer;
  abstract get activeKeyId(): string;
  /** Throws Unavailable while the source of keys does not answer. */
  abstract requireAvailable(): void;

  /** Before `open`: looks for a key that another replica has begun to use meanwhile. */
  learn(_keyId: string): Promise<void> {
    return Promise.resolve();
  }
}
