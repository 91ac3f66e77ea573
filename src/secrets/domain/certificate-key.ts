import { derChildren, derElements, derHex, derTag } from './der.js';
import type { PemBlock } from './pem.js';

/** Identifier of keys of elliptic curves, in hexadecimal (RFC 5480, section 2.1.1). */
const EC_KEY = '2a8648ce3d0201';
const VERSION = 0xa0;
const BIT_STRING = 0x03;
const UNCOMPRESSED = 0x04;

/**
 * Form of the key of a certificate, by which OpenSSL takes time to parse it: it computes the half
 * that a compressed point lacks, which takes 20 times as long as all else. With explicit parameters
 * the author chooses how long that takes.
 */
export type KeyForm = 'ordinary' | 'compressed' | 'explicit';

/** Returns the form of the key of a certificate, unparsed; undefined if it is no certificate. */
export function certificateKeyForm({ base64 }: Pick<PemBlock, 'base64'>): KeyForm | undefined {
  // A trusted certificate has another element after it.
  const [outer] = derElements(Buffer.from(base64, 'base64'), 2) ?? [];
  const [body] = derChildren(outer);
  const members = derChildren(body);
  const first = members[0]?.tag === VERSION ? 1 : 0;
  // After the serial number, the algorithm, the issuer, the dates and the subject.
  const [algorithm, point] = derChildren(members[first + 5]);
  const [identifier, parameters] = derChildren(algorithm);
  if (identifier?.tag !== derTag.objectIdentifier || point === undefined) return undefined;
  if (derHex(identifier) !== EC_KEY) return 'ordinary';
  if (parameters?.tag !== derTag.objectIdentifier) return 'explicit';
  // The first byte of a bit string is the number of its unused bits.
  return point.tag === BIT_STRING && point.content[1] === UNCOMPRESSED ? 'ordinary' : 'compressed';
}
