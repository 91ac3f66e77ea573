import { createHash, createHmac, hash, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import {
  derChildren,
  type DerElement,
  derElements,
  derHex,
  derNumber,
  derOctets,
  derTag,
} from '../../../secrets/domain/der.js';
import type { Kind } from './kind.js';

const KEY_STORE_BYTES_MAX = 512 * 1_024;
/** Rounds of the derivation: Java 9 to 15 writes 100,000, which take about 50 ms. */
const ROUNDS_MAX = 100_000;
const PBKDF2_ROUNDS_MAX = 100_000;

interface Digest {
  readonly name: string;
  readonly blockBytes: number;
}

/** Digests by the content of their object identifier, in hexadecimal. */
const digests: Readonly<Record<string, Digest>> = {
  '2b0e03021a': { name: 'sha1', blockBytes: 64 },
  '608648016503040204': { name: 'sha224', blockBytes: 64 },
  '608648016503040201': { name: 'sha256', blockBytes: 64 },
  '608648016503040202': { name: 'sha384', blockBytes: 128 },
  '608648016503040203': { name: 'sha512', blockBytes: 128 },
  '608648016503040205': { name: 'sha512-224', blockBytes: 128 },
  '608648016503040206': { name: 'sha512-256', blockBytes: 128 },
  '608648016503040207': { name: 'sha3-224', blockBytes: 144 },
  '608648016503040208': { name: 'sha3-256', blockBytes: 136 },
  '608648016503040209': { name: 'sha3-384', blockBytes: 104 },
  '60864801650304020a': { name: 'sha3-512', blockBytes: 72 },
};
const PBMAC1 = '2a864886f70d01050e';
const PBKDF2 = '2a864886f70d01050c';
const DATA = '2a864886f70d010701';
const KEY_BYTES_MAX = 64;
const HMAC_SHA1 = '2a864886f70d0207';

interface Hmac {
  readonly name: string;
  readonly sizeBytes: number;
}

/** HMAC of PBKDF2 by the content of its identifier, in hexadecimal. */
const hmacs: Readonly<Record<string, Hmac>> = {
  [HMAC_SHA1]: { name: 'sha1', sizeBytes: 20 },
  '2a864886f70d0208': { name: 'sha224', sizeBytes: 28 },
  '2a864886f70d0209': { name: 'sha256', sizeBytes: 32 },
  '2a864886f70d020a': { name: 'sha384', sizeBytes: 48 },
  '2a864886f70d020b': { name: 'sha512', sizeBytes: 64 },
};
const notPkcs12 = 'must be a PKCS #12 key store in DER or BER';
const tooManyRounds = 'has more rounds of its password than are checked';

/**
 * Key store of PKCS #12. Its MAC proves the password and that the store is whole; nothing is
 * decrypted (RFC 7292, RFC 9579).
 */
export const pkcs12Kind: Kind = {
  description: 'PKCS #12 key store that the password of the other key opens.',
  bytesMax: KEY_STORE_BYTES_MAX,
  reasons: ({ bytes }, { password }) => {
    const store = storeIn(bytes);
    if (store === undefined) return [notPkcs12];
    if (store.mac === undefined) return ['has no MAC, so that nothing protects it'];
    const mac = macIn(store.mac);
    if (mac === undefined) return ['has a MAC of an unknown algorithm'];
    if (mac.rounds > mac.roundsMax) return [tooManyRounds];
    if (password === undefined) return [];
    const found = mac.of(password, store.content);
    const isSame = found.length === mac.value.length && timingSafeEqual(found, mac.value);
    return isSame ? [] : ['is not opened by its password, or is damaged'];
  },
};

interface Store {
  readonly content: Buffer;
  readonly mac: DerElement | undefined;
}

interface Mac {
  readonly rounds: number;
  readonly roundsMax: number;
  readonly value: Buffer;
  readonly of: (password: string, content: Buffer) => Buffer;
}

function storeIn(bytes: Buffer): Store | undefined {
  const [outer, ...others] = derElements(bytes) ?? [];
  if (outer?.tag !== derTag.sequence || others.length > 0) return undefined;
  const [version, safe, mac] = derChildren(outer);
  if (derNumber(version) !== 3 || safe?.tag !== derTag.sequence) return undefined;
  const [type, wrapped] = derChildren(safe);
  if (derHex(type) !== DATA) return undefined;
  const content = derOctets(derChildren(wrapped)[0]);
  return content === undefined ? undefined : { content, mac };
}

function macIn(element: DerElement): Mac | undefined {
  const [digestInfo, salt, roundsElement] = derChildren(element);
  const [algorithm, value] = derChildren(digestInfo);
  const [identifier, parameters] = derChildren(algorithm);
  if (value === undefined || salt === undefined) return undefined;
  const name = derHex(identifier);
  if (name === PBMAC1) return pbmac1(parameters, value.content);
  const digest = Object.hasOwn(digests, name) ? digests[name] : undefined;
  const rounds = roundsElement === undefined ? 1 : derNumber(roundsElement);
  if (digest === undefined || rounds === undefined || rounds < 1) return undefined;
  const of = (password: string, data: Buffer): Buffer => {
    const key = derivedKey(digest, { password, salt: salt.content, rounds });
    return createHmac(digest.name, key).update(data).digest();
  };
  return { rounds, roundsMax: ROUNDS_MAX, value: value.content, of };
}

/** Reads the parameters of PBMAC1: PBKDF2 and an HMAC (RFC 9579, section 4). */
function pbmac1(parameters: DerElement | undefined, value: Buffer): Mac | undefined {
  const [derivation, scheme] = derChildren(parameters);
  const [kdf, kdfParameters] = derChildren(derivation);
  const [salt, roundsElement, sizeElement, prfElement] = derChildren(kdfParameters);
  if (derHex(kdf) !== PBKDF2 || salt?.tag !== derTag.octetString) return undefined;
  const prf = prfElement === undefined ? hmacs[HMAC_SHA1] : hmacOf(prfElement);
  const mac = hmacOf(scheme);
  const rounds = derNumber(roundsElement) ?? 0;
  const size = derNumber(sizeElement) ?? 0;
  if (!prf || !mac || rounds < 1 || size < 1 || size > KEY_BYTES_MAX) return undefined;
  const of = (password: string, data: Buffer): Buffer => {
    const key = pbkdf2Sync(password, salt.content, rounds, size, prf.name);
    return createHmac(mac.name, key).update(data).digest();
  };
  // A key longer than the digest takes all rounds again for each part.
  const parts = Math.ceil(size / prf.sizeBytes);
  return { rounds: rounds * parts, roundsMax: PBKDF2_ROUNDS_MAX, value, of };
}

function hmacOf(element: DerElement | undefined): Hmac | undefined {
  const name = derHex(derChildren(element)[0]);
  return Object.hasOwn(hmacs, name) ? hmacs[name] : undefined;
}

interface Derivation {
  readonly password: string;
  readonly salt: Buffer;
  readonly rounds: number;
}

/** Derives the key of a MAC (RFC 7292, appendix B.2, with ID 3). One block is always enough. */
function derivedKey(digest: Digest, { password, salt, rounds }: Derivation): Buffer {
  const { blockBytes, name } = digest;
  const text = Buffer.concat([Buffer.from(password, 'utf16le').swap16(), Buffer.alloc(2)]);
  const purpose = Buffer.alloc(blockBytes, 3);
  const key = createHash(name)
    .update(purpose)
    .update(filled(salt, blockBytes))
    .update(filled(text, blockBytes))
    .digest();
  // In place: a buffer for each round takes three times as long.
  for (let round = 1; round < rounds; round += 1) key.write(hash(name, key, 'binary'), 'binary');
  return key;
}

function filled(bytes: Buffer, blockBytes: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}
