import type { KeyObject } from 'node:crypto';

/** How a key got to the gateway. */
export type KeyProvider = 'embedded' | 'file' | 'environment' | 'kms';

/** What the database keeps of a key beside its canary. */
export interface StoredKey {
  readonly id: string;
  /** Only a KMS plugin can make something of it. */
  readonly wrapped: Uint8Array | null;
}

/** Where keys come from. All methods throw EncryptionKeyError. */
export abstract class KeySource {
  abstract readonly id: string;
  abstract readonly provider: KeyProvider;
  /** Whether it makes its keys itself, so that they can be rotated. */
  abstract readonly makesKeys: boolean;

  /** A key that is there already. */
  abstract load(stored: StoredKey): Promise<KeyObject>;
  /** One that the database does not know yet, and what it is to keep of it. */
  abstract make(id: string): Promise<{ readonly key: KeyObject; readonly wrapped: Buffer | null }>;

  /** Takes a key away for good, where that is in its power. */
  forget(_id: string): void {
    // Files and variables that somebody gave are his.
  }

  /**
   * Looks whether the source still stands for these keys; returns what the database is to keep of
   * one now, where that has changed.
   */
  look(_keys: readonly StoredKey[]): Promise<readonly StoredKey[]> {
    return Promise.resolve([]);
  }

  /** Why its keys may not be used at present, for those who ask for history. */
  get problem(): string | undefined {
    return undefined;
  }

  close(): void {
    // Most hold nothing open.
  }
}
