import { Buffer } from 'node:buffer';
import { type KeyObject, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { IntegrityError } from './integrity-error.js';

/** AES-256-GCM, NIST SP 800-38D. Only this file calls a cipher: a test checks it. */
export const ALGORITHM = 'aes-256-gcm';
export const KEY_BYTES = 32;

/** 96 bits, for which GCM is designed; random, so that one key is good for 2^32 of them. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/**
 * Without it Node takes tags of 4 bytes, which can be guessed. https://nodejs.org/api/crypto.html
 */
const options = { authTagLength: TAG_BYTES } as const;

export type Key = KeyObject | Uint8Array;

/** Number of bytes that `encrypt` adds. */
export const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** Returns nonce, ciphertext and tag. */
export function encrypt(key: Key, plaintext: Uint8Array, associated: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, options);
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Returns the plaintext, for the caller to zero; throws IntegrityError before any output. */
export function decrypt(key: Key, sealed: Uint8Array, associated: Uint8Array): Buffer {
  if (sealed.length < OVERHEAD_BYTES) throw new IntegrityError();
  const nonce = sealed.subarray(0, NONCE_BYTES);
  return decryptUnder({ key, nonce, associated }, sealed.subarray(NONCE_BYTES));
}

/**
 * Returns the plaintext of ciphertext and tag under a key that was used once: the nonce is zero,
 * and nothing is associated. The caller zeroes it; throws IntegrityError before any output.
 */
export function decryptSingleUse(key: Key, sealed: Uint8Array): Buffer {
  if (sealed.length < TAG_BYTES) throw new IntegrityError();
  const nothing = { nonce: new Uint8Array(NONCE_BYTES), associated: new Uint8Array() };
  return decryptUnder({ key, ...nothing }, sealed);
}

interface Decryption {
  readonly key: Key;
  readonly nonce: Uint8Array;
  readonly associated: Uint8Array;
}

function decryptUnder({ key, nonce, associated }: Decryption, sealed: Uint8Array): Buffer {
  const tag = sealed.subarray(sealed.length - TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, options);
  decipher.setAAD(associated);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    // A stream cipher: only the tag is left for the end.
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    throw new IntegrityError();
  }
}
