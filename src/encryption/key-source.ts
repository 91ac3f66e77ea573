import type { KeyObject } from 'node:crypto';

/** Way by which a key got to the gateway. */
export type KeyProvider = 'embedded' | 'file' | 'environment' | 'kms';

/** Facts that the database stores about a key, in addition to its canary. */
export interface StoredKey {
  readonly id: string;
  /** Only a KMS plugin can unwrap it. */
  readonly wrapped: Uint8Array | null;
}

/** Source of keys. All methods throw EncryptionKeyError. */
export abstract class KeySource {
  abstract readonly id: string;
  abstract readonly provider: KeyProvider;
  /** Whether it creates its keys itself, so that they can be rotated. */
  abstract readonly makesKeys: boolean;

  /** Loads an existing key. */
  abstract load(stored: StoredKey): Promise<KeyObject>;
  /** Creates a key that the database does not know yet, with the form to store. */
  abstract make(id: string): Promise<{ readonly key: KeyObject; readonly wrapped: Buffer | null }>;

  /** Deletes a key for good, if the source can. */
  forget(_id: string): void {
    // Files and variables from operators belong to operators.
  }

  /** Checks whether the source still has these keys; returns keys whose stored form has changed. */
  look(_keys: readonly StoredKey[]): Promise<readonly StoredKey[]> {
    return Promise.resolve([]);
  }

  /** Returns why its keys may not be used now, for callers who request history. */
  get problem(): string | undefined {
    return undefined;
  }

  close(): void {
    // Most sources have nothing to close.
  }
}
