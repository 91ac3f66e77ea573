import type { KeyObject } from 'node:crypto';
import { keyDetails } from '../../../core/key-details.js';

const RSA_BITS_MIN = 2_048;
/** OpenSSL uses no larger key (OPENSSL_RSA_MAX_MODULUS_BITS). */
const RSA_BITS_MAX = 16_384;
/** Names that OpenSSL gives to its curves below 224 bits. */
const weakCurve =
  /^(?:secp1|prime192|sect1|brainpoolP1|c2[pt]nb(?:1|208)|wap-wsg-idm-ecid-wtls[1-9]$|Oakley)/;

/** Returns what is weak about a key, for a sentence; undefined if nothing is (NIST SP 800-57). */
export function weakKeyReason(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type } = key;
  const details = keyDetails(key);
  if (type === 'dsa') return 'a DSA key, which clients refuse';
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details.modulusLength ?? 0;
    if (bits < RSA_BITS_MIN) return `an RSA key below ${RSA_BITS_MIN} bits`;
    if (bits > RSA_BITS_MAX) return `an RSA key above ${RSA_BITS_MAX} bits`;
  }
  if (weakCurve.test(details.namedCurve ?? '')) return 'a key on a curve below 224 bits';
  return undefined;
}
