import { createHash, timingSafeEqual } from 'node:crypto';
import type { Kind } from './kind.js';

const MAGICS = [0xfeedfeed, 0xcececece];
const HEADER_BYTES = 12;
const DIGEST_BYTES = 20;
const DATE_BYTES = 8;
const ENTRIES_MAX = 10_000;
const PKCS12_TAG = 0x30;
const WHITENER = Buffer.from('Mighty Aphrodite');

/**
 * Key store of Java in its own form, JKS or JCEKS. The digest at its end proves the password and
 * that the store is whole. Private keys stay encrypted. `keytool` writes PKCS #12 since Java 9.
 * https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java
 */
export const javaKeyStoreKind: Kind = {
  description: 'Java key store (JKS or JCEKS) that the password of the other key opens.',
  bytesMax: 512 * 1_024,
  reasons: ({ bytes }, { password }) => {
    if (bytes[0] === PKCS12_TAG) return ['is PKCS #12 and not JKS; use the kind pkcs12'];
    if (bytes.length < HEADER_BYTES + DIGEST_BYTES) return ['must be a Java key store'];
    if (!MAGICS.includes(bytes.readUInt32BE(0))) return ['must be a Java key store'];
    const version = bytes.readUInt32BE(4);
    if (version !== 1 && version !== 2) return ['has an unknown version'];
    const count = bytes.readUInt32BE(8);
    if (count === 0) return ['must have an entry'];
    if (count > ENTRIES_MAX || !hasEntries(bytes, version, count)) return ['is damaged'];
    if (password === undefined) return [];
    return isOpenedBy(bytes, password) ? [] : ['is not opened by its password, or is damaged'];
  },
};

const entryTag = { privateKey: 1, certificate: 2, secretKey: 3 } as const;

/** Reads past the entries: their count must end at the digest. A secret key has no length. */
function hasEntries(bytes: Buffer, version: number, count: number): boolean {
  const end = bytes.length - DIGEST_BYTES;
  let at = HEADER_BYTES;
  const number = (sizeBytes: 2 | 4): number => {
    at += sizeBytes;
    return at > end ? Number.POSITIVE_INFINITY : bytes.readUIntBE(at - sizeBytes, sizeBytes);
  };
  // Past the end, the place is infinite from then on.
  const skip = (sizeBytes: number): void => {
    at += sizeBytes;
  };
  const skipCertificate = (): void => {
    if (version === 2) skip(number(2));
    skip(number(4));
  };
  for (let entry = 0; entry < count; entry += 1) {
    const tag = number(4);
    if (tag === entryTag.secretKey) return true;
    skip(number(2) + DATE_BYTES);
    if (tag !== entryTag.privateKey && tag !== entryTag.certificate) return false;
    if (tag === entryTag.privateKey) skip(number(4));
    const certificates = tag === entryTag.privateKey ? number(4) : 1;
    for (let place = 0; place < certificates && at < end; place += 1) skipCertificate();
  }
  return at === end;
}

function isOpenedBy(bytes: Buffer, password: string): boolean {
  const end = bytes.length - DIGEST_BYTES;
  const digest = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update(WHITENER)
    .update(bytes.subarray(0, end))
    .digest();
  return timingSafeEqual(digest, bytes.subarray(end));
}
