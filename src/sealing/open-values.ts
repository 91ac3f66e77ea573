import { Buffer } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import { SecretValue } from '../core/secret-value.js';
import { decryptSingleUse } from '../encryption/domain/aead.js';
import { IntegrityError } from '../encryption/domain/integrity-error.js';
import type { SealedValue } from './domain/sealed-value.js';

export interface OpeningKeys {
  /** Private keys, in the order in which they are tried. */
  readonly keys: readonly webcrypto.CryptoKey[];
  /** Label of RSA-OAEP, to which values are bound. */
  readonly label: string;
  /** Counts a decryption by RSA before it is made; throws to end the work. */
  readonly onDecryption: () => void;
}

/** Value that no key opens as it is. */
export class UnopenedValue extends Error {
  override readonly name = 'UnopenedValue';
  readonly key: string;

  constructor(key: string) {
    super('a sealed value cannot be opened');
    this.key = key;
  }
}

/**
 * Opens all values of a manifest, or none. The key that opened a value is tried first for the next:
 * most manifests were sealed with one certificate. Throws UnopenedValue, and errors of
 * `onDecryption`.
 */
export async function openValues(
  values: ReadonlyMap<string, SealedValue | undefined>,
  { keys, label, onDecryption }: OpeningKeys,
): Promise<ReadonlyMap<string, SecretValue>> {
  const sealed = [...values].map(([key, value]) => {
    if (value === undefined) throw new UnopenedValue(key);
    return [key, value] as const;
  });
  const boundTo = Buffer.from(label, 'utf8');
  const opened = new Map<string, SecretValue>();
  let order = keys;
  for (const [key, value] of sealed) {
    const found = await sessionKeyOf(value, order, boundTo, onDecryption);
    if (found === undefined) throw new UnopenedValue(key);
    order = [found.by, ...keys.filter((other) => other !== found.by)];
    opened.set(key, valueUnder(found.sessionKey, key, value));
  }
  return opened;
}

/** Tries keys; undefined if no key opens the session key. */
async function sessionKeyOf(
  { sessionKey }: SealedValue,
  keys: readonly webcrypto.CryptoKey[],
  label: Uint8Array<ArrayBuffer>,
  onDecryption: () => void,
): Promise<{ readonly sessionKey: Buffer; readonly by: webcrypto.CryptoKey } | undefined> {
  for (const by of keys) {
    onDecryption();
    try {
      const bytes = await webcrypto.subtle.decrypt({ name: 'RSA-OAEP', label }, by, sessionKey);
      return { sessionKey: Buffer.from(bytes), by };
    } catch {
      // Another key, another label, or damage: nothing tells these apart.
    }
  }
  return undefined;
}

function valueUnder(sessionKey: Buffer, key: string, { ciphertext }: SealedValue): SecretValue {
  try {
    if (sessionKey.length !== SESSION_KEY_BYTES) throw new UnopenedValue(key);
    const bytes = decryptSingleUse(sessionKey, ciphertext);
    try {
      return SecretValue.fromBytes(bytes);
    } finally {
      bytes.fill(0);
    }
  } catch (error) {
    throw error instanceof IntegrityError ? new UnopenedValue(key) : error;
  } finally {
    sessionKey.fill(0);
  }
}

const SESSION_KEY_BYTES = 32;
