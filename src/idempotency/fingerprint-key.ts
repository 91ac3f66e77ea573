import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from '../storage/open-database.js';
import { writePrivateDraft } from '../storage/private-draft.js';

const KEY_BYTES = 32;
const PURPOSE = 'sallyport idempotency fingerprints';

/**
 * Fingerprints of requests under a secret key, since a plain hash of a body would let whoever reads
 * the database guess the values in it.
 */
export class FingerprintKey {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Reads the key of a data folder; makes it (0600) where there is none. */
  static open(dataDir: string): FingerprintKey {
    const path = join(dataDir, 'idempotency.key');
    const key = readKey(path) ?? createKey(dataDir, path);
    if (key.byteLength !== KEY_BYTES) throw new Error(`${path} is damaged: remove it`);
    return new FingerprintKey(key);
  }

  /**
   * The key of all gateways that know this password and find this seed in their database: neither
   * alone is enough. https://www.rfc-editor.org/rfc/rfc5869
   */
  static derive(password: string, seed: Uint8Array): FingerprintKey {
    return new FingerprintKey(
      new Uint8Array(hkdfSync('sha256', password, seed, PURPOSE, KEY_BYTES)),
    );
  }

  fingerprint(request: Uint8Array | string): Uint8Array {
    return createHmac('sha256', this.#key).update(request).digest();
  }
}

function readKey(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function createKey(dataDir: string, path: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const draft = writePrivateDraft(path, key);
  linkSync(draft, path);
  rmSync(draft);
  syncDirectory(dataDir);
  return key;
}
