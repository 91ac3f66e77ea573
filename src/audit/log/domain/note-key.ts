import { Buffer } from 'node:buffer';
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';

/** Verifier of note signatures under one key. */
export interface NoteVerifier {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly keyId: string;
  /** Name, id and public key as one text: `name+id+base64`. */
  readonly vkey: string;
  verify(text: string, signature: Uint8Array): boolean;
}

export interface NoteSigner {
  readonly verifier: NoteVerifier;
  sign(text: string): Uint8Array;
}

const ED25519 = 1;
const KEY_BYTES = 32;
const PRIVATE = 'PRIVATE+KEY+';
/** Bytes before the 32 bytes of a key: https://www.rfc-editor.org/rfc/rfc8410 */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
// oxlint-disable-next-line no-control-regex
const NAME = /^[^\s+\u0000-\u001f\u007f]{1,255}$/u;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Reports whether a key, and so a log, may have this name: no white space and no plus sign. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}

/** Decodes strict base64 (https://www.rfc-editor.org/rfc/rfc4648#section-4); else undefined. */
export function fromBase64(text: string): Buffer | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Parses a verifier from its `name+id+base64`; undefined if invalid. */
export function parseVerifierKey(vkey: string): NoteVerifier | undefined {
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const key = keyBytes(encoded);
  if (key === undefined || !isKeyName(name)) return undefined;
  const verifier = verifierOf(name, key);
  return verifier.keyId === keyId ? verifier : undefined;
}

/** Parses a signer from its key's text, `PRIVATE+KEY+name+id+base64`; undefined if invalid. */
export function parseSignerKey(text: string): NoteSigner | undefined {
  if (!text.startsWith(PRIVATE)) return undefined;
  const rest = text.slice(PRIVATE.length);
  const [, name = '', keyId = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(rest) ?? [];
  const seed = keyBytes(encoded);
  if (seed === undefined || !isKeyName(name)) return undefined;
  const signer = signerOf(name, seed);
  return signer.verifier.keyId === keyId ? signer : undefined;
}

/** Returns the text of a new private key with this name. Throws RangeError for an invalid name. */
export function generateSignerKey(name: string): string {
  if (!isKeyName(name)) throw new RangeError('a key name has no white space and no plus sign');
  const { privateKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  const seed = der.subarray(PKCS8_PREFIX.length);
  const { keyId } = signerOf(name, seed).verifier;
  return `${PRIVATE}${name}+${keyId}+${encodeKey(seed)}`;
}

function signerOf(name: string, seed: Uint8Array): NoteSigner {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    verifier: verifierOf(name, spki.subarray(SPKI_PREFIX.length)),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), key),
  };
}

function verifierOf(name: string, publicKey: Uint8Array): NoteVerifier {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  const keyId = keyIdOf(name, publicKey);
  return {
    name,
    keyId,
    vkey: `${name}+${keyId}+${encodeKey(publicKey)}`,
    verify: (text, signature) => verify(null, Buffer.from(text, 'utf8'), key, signature),
  };
}

/** https://c2sp.org/signed-note#signatures */
function keyIdOf(name: string, publicKey: Uint8Array): string {
  const digest = createHash('sha256')
    .update(`${name}\n`, 'utf8')
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest('hex');
  return digest.slice(0, 8);
}

function encodeKey(key: Uint8Array): string {
  return Buffer.concat([Uint8Array.of(ED25519), key]).toString('base64');
}

function keyBytes(encoded: string): Buffer | undefined {
  const bytes = fromBase64(encoded);
  if (bytes?.length !== 1 + KEY_BYTES || bytes[0] !== ED25519) return undefined;
  return bytes.subarray(1);
}
