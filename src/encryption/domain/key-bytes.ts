import { Buffer } from 'node:buffer';
import { type KeyObject, createSecretKey } from 'node:crypto';
import { KEY_BYTES } from './aead.js';

/** 32 bytes in base64, with padding. */
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

export const KEY_RULE = `expected ${KEY_BYTES} bytes, or as many in base64`;

/** Parses a key of a file or a variable; undefined for anything else. `given` is zeroed. */
export function keyFrom(given: Buffer): KeyObject | undefined {
  const bytes = bytesIn(given);
  try {
    return bytes && createSecretKey(bytes);
  } finally {
    bytes?.fill(0);
    given.fill(0);
  }
}

function bytesIn(given: Buffer): Buffer | undefined {
  if (given.length === KEY_BYTES) return given;
  const text = given.toString('latin1').trim();
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
