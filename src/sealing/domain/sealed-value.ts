import { Buffer } from 'node:buffer';
import { sealingLimits } from '../../core/sealing-limits.js';

/** Value under a session key, which is encrypted by RSA. */
export interface SealedValue {
  readonly sessionKey: Uint8Array;
  /** Ciphertext and tag of AES-256-GCM. */
  readonly ciphertext: Uint8Array;
}

const LENGTH_BYTES = 2;
const TAG_BYTES = 16;
const SESSION_KEY_BYTES = sealingLimits.keyBits / 8;
const OVERHEAD_BYTES = LENGTH_BYTES + SESSION_KEY_BYTES + TAG_BYTES;

/**
 * Parses padded base64, in which CR and LF are ignored, as Sealed Secrets does. Undefined if it is
 * no sealed value, or its session key is not as long as the gateway's keys.
 * https://github.com/bitnami-labs/sealed-secrets/blob/main/docs/developer/crypto.md
 */
export function readSealedValue(text: string): SealedValue | undefined {
  const base64 = text.replaceAll(/[\r\n]/g, '');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64 || bytes.length < OVERHEAD_BYTES) return undefined;
  if (bytes.readUInt16BE(0) !== SESSION_KEY_BYTES) return undefined;
  const end = LENGTH_BYTES + SESSION_KEY_BYTES;
  return { sessionKey: bytes.subarray(LENGTH_BYTES, end), ciphertext: bytes.subarray(end) };
}

/** Returns the bytes that the value has when it is open. */
export function openedSizeBytes({ ciphertext }: SealedValue): number {
  return ciphertext.length - TAG_BYTES;
}
