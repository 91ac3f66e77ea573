import { Buffer } from 'node:buffer';
import type { JsonWebKey } from 'node:crypto';

/** Length prefixes, and numbers of any size: RFC 4251, section 5. */
const MAGIC = Buffer.from('openssh-key-v1\0');
/** Block size of keys without a passphrase. */
const BLOCK_BYTES = 8;
const PEM_COLUMNS = 70;

export interface SshKey {
  /** Ed25519, ECDSA on a curve of NIST, or RSA; private. */
  readonly jwk: JsonWebKey;
  readonly comment: string;
}

/** Returns the line of `authorized_keys`, with its end. RFC 4253 6.6, RFC 5656, RFC 8709. */
export function sshPublicKeyLine({ jwk, comment }: SshKey): string {
  const line = `${keyType(jwk)} ${publicBlob(jwk).toString('base64')} ${comment}`;
  return `${line.trimEnd()}\n`;
}

/**
 * Returns the private key as ssh-keygen writes it, without a passphrase. `check` is four random
 * bytes.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function openSshPrivateKey({ jwk, comment }: SshKey, check: Uint8Array): string {
  const secret = Buffer.concat([check, check, privateFields(jwk), text(comment)]);
  const blob = Buffer.concat([
    MAGIC,
    text('none'),
    text('none'),
    text(''),
    uint32(1),
    field(publicBlob(jwk)),
    field(Buffer.concat([secret, padding(secret.length)])),
  ]);
  const lines = blob.toString('base64').match(new RegExp(`.{1,${PEM_COLUMNS}}`, 'g')) ?? [];
  const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
  return [begin, ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}

function keyType(jwk: JsonWebKey): string {
  if (jwk.kty === 'RSA') return 'ssh-rsa';
  if (jwk.kty === 'EC') return `ecdsa-sha2-${sshCurve(jwk)}`;
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return 'ssh-ed25519';
  throw new TypeError('ssh has no such kind of key');
}

function sshCurve({ crv }: JsonWebKey): string {
  return `nist${(crv ?? '').replace('-', '').toLowerCase()}`;
}

function publicBlob(jwk: JsonWebKey): Buffer {
  const type = text(keyType(jwk));
  if (jwk.kty === 'RSA') return Buffer.concat([type, integer(jwk.e), integer(jwk.n)]);
  if (jwk.kty === 'EC') return Buffer.concat([type, text(sshCurve(jwk)), field(point(jwk))]);
  return Buffer.concat([type, field(octets(jwk.x))]);
}

function privateFields(jwk: JsonWebKey): Buffer {
  if (jwk.kty === 'RSA') {
    const numbers = [jwk.n, jwk.e, jwk.d, jwk.qi, jwk.p, jwk.q].map((number) => integer(number));
    return Buffer.concat([text(keyType(jwk)), ...numbers]);
  }
  if (jwk.kty === 'EC') return Buffer.concat([publicBlob(jwk), integer(jwk.d)]);
  return Buffer.concat([publicBlob(jwk), field(Buffer.concat([octets(jwk.d), octets(jwk.x)]))]);
}

/** Returns an uncompressed point; a JWK's coordinates have full length. SEC 1, section 2.3.3. */
function point({ x, y }: JsonWebKey): Buffer {
  return Buffer.concat([Buffer.of(4), octets(x), octets(y)]);
}

function octets(base64url: string | undefined): Buffer {
  if (base64url === undefined) throw new TypeError('the key lacks a number');
  return Buffer.from(base64url, 'base64url');
}

/** Returns a positive integer in the fewest bytes, after a zero if the first bit is set. */
function integer(base64url: string | undefined): Buffer {
  const bytes = octets(base64url);
  const first = bytes.findIndex((byte) => byte !== 0);
  const number = first === -1 ? Buffer.alloc(0) : bytes.subarray(first);
  const sign = (number[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0);
  return field(Buffer.concat([sign, number]));
}

function text(value: string): Buffer {
  return field(Buffer.from(value, 'utf8'));
}

function field(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Returns 1, 2, 3, … up to a whole block. */
function padding(sizeBytes: number): Buffer {
  const missing = (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.from(Array.from({ length: missing }, (_, index) => index + 1));
}
