import { Buffer } from 'node:buffer';
import { ALGORITHM, decrypt, encrypt } from './aead.js';
import { associatedData } from './associated-data.js';
import type { NamedKey } from './envelope.js';
import { IntegrityError } from './integrity-error.js';

const PURPOSE = 'sallyport/canary/v1';
const KNOWN = Buffer.from('the key of this history');

/** Encrypts a known text under a key, to check later whether a key of that name is equal. */
export function canaryOf({ id, key }: NamedKey): Buffer {
  return encrypt(key, KNOWN, associatedData([PURPOSE, id, ALGORITHM]));
}

/** Reports whether this is the key that the canary was made under. */
export function fitsCanary({ id, key }: NamedKey, canary: Uint8Array): boolean {
  try {
    return decrypt(key, canary, associatedData([PURPOSE, id, ALGORITHM])).equals(KNOWN);
  } catch (error) {
    if (error instanceof IntegrityError) return false;
    throw error;
  }
}
