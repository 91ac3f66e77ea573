/** Key pair with which clients seal values; its private key is under a key of `src/encryption`. */
export interface SealingKeyTable {
  /** Counts from 1: of rows that replicas make concurrently under one number, one is stored. */
  readonly generation: number;
  /** PEM. */
  readonly certificate: string;
  readonly created_ms: number;
  readonly key_id: string;
  readonly wrapped_key: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** Over all columns but those that a rewrap changes: nobody else's certificate is served. */
  readonly mac: Uint8Array | null;
}

export interface SealingSchema {
  readonly sealing_keys: SealingKeyTable;
}
