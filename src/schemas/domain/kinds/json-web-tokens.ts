import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { jsonMistake } from './json-mistake.js';
import { type Kind, ofText } from './kind.js';
import { parsedJson } from './parsed-json.js';
import { weakKeyReason } from './weak-keys.js';

const KEYS_MAX = 100;
/** Longest member of a key: a modulus of 16,384 bits. More takes OpenSSL seconds. */
const MEMBER_CHARACTERS_MAX = 2_752;
/** Sizes of signatures with one size, in bytes (RFC 7518, section 3; RFC 8032). */
const signatureBytes: Readonly<Record<string, readonly number[]>> = {
  HS256: [32],
  HS384: [48],
  HS512: [64],
  ES256: [64],
  ES256K: [64],
  ES384: [96],
  ES512: [132],
  EdDSA: [64, 114],
};

/** Signed JSON Web Token. The signature is not verified: the key is elsewhere. */
export const jwtKind: Kind = {
  description: 'Signed JSON Web Token that has not expired (RFC 7519).',
  bytesMax: 64 * 1_024,
  reasons: ofText((text, { nowMs }) => {
    const parts = text.split('.');
    if (parts.length === 5) return ['is encrypted; must be a signed JWT'];
    const [header = '', payload = '', signature = ''] = parts;
    if (parts.length !== 3) return ['must have three parts between dots'];
    const head = jsonIn(header);
    if (!isRecord(head)) return ['must have a header that is a JSON object in base64url'];
    const claims = jsonIn(payload);
    if (!isRecord(claims)) return ['must have claims that are a JSON object in base64url'];
    return [...signatureReasons(head['alg'], signature), ...timeReasons(claims, nowMs)];
  }),
};

/** Set of JSON Web Keys, public or private. */
export const jwksKind: Kind = {
  description: 'JSON Web Key Set (RFC 7517).',
  bytesMax: 256 * 1_024,
  reasons: ofText((text) => {
    const set = parsedJson(text);
    const keys = isRecord(set) ? set['keys'] : undefined;
    if (!Array.isArray(keys)) {
      const mistake = set === undefined ? jsonMistake(text) : '';
      return [`must be a JSON object with a list of keys${mistake}`];
    }
    if (keys.length === 0) return ['must have a key'];
    if (keys.length > KEYS_MAX) return [`must have at most ${KEYS_MAX} keys`];
    const reasons = keys.flatMap((key: unknown, index) => keyReasons(key, index + 1));
    const ids = keys.flatMap((key: unknown) => (isRecord(key) ? (key['kid'] ?? []) : []));
    return new Set(ids).size < ids.length ? [...reasons, 'must not have a kid twice'] : reasons;
  }),
};

function signatureReasons(algorithm: unknown, signature: string): readonly string[] {
  if (typeof algorithm !== 'string' || algorithm === '') return ['must name its algorithm in alg'];
  if (algorithm.toLowerCase() === 'none') return ['must be signed: alg is none'];
  if (!isBase64url(signature)) return ['must have a signature in base64url'];
  const sizes = Object.hasOwn(signatureBytes, algorithm) ? signatureBytes[algorithm] : undefined;
  const isWhole = sizes?.includes(Buffer.from(signature, 'base64url').length) ?? true;
  return isWhole ? [] : ['must have a signature of the size of its alg'];
}

function isBase64url(text: string): boolean {
  return /^[A-Za-z0-9_-]+$/.test(text) && text.length % 4 !== 1;
}

function timeReasons(claims: Readonly<Record<string, unknown>>, nowMs: number): readonly string[] {
  const times = ['exp', 'nbf', 'iat'];
  const wrong = times.filter((name) => !['number', 'undefined'].includes(typeof claims[name]));
  if (wrong.length > 0) return wrong.map((name) => `must have a number in ${name}`);
  const { exp } = claims;
  return typeof exp === 'number' && exp * 1_000 < nowMs ? ['has expired'] : [];
}

function jsonIn(part: string): unknown {
  return isBase64url(part)
    ? parsedJson(Buffer.from(part, 'base64url').toString('utf8'))
    : undefined;
}

function keyReasons(key: unknown, place: number): readonly string[] {
  if (!isRecord(key)) return [`key ${place} must be an object`];
  const { kid, kty, k } = key;
  if (kid !== undefined && typeof kid !== 'string') return [`key ${place} must have a text in kid`];
  if (kty === 'oct') {
    return typeof k === 'string' && isBase64url(k) ? [] : [`key ${place} must have base64url in k`];
  }
  const imported = keyOf(key);
  if (imported === undefined) return [`key ${place} is damaged, or of an unknown kty`];
  const weak = weakKeyReason(imported);
  return weak === undefined ? [] : [`key ${place} has ${weak}`];
}

const isLong = (value: unknown): boolean =>
  typeof value === 'string' && value.length > MEMBER_CHARACTERS_MAX;

function keyOf(key: Readonly<Record<string, unknown>>): KeyObject | undefined {
  if (Object.values(key).some(isLong)) return undefined;
  const { kty, n, e, d, p } = key;
  // RSA may have d without primes (RFC 7518, section 6.3.2), which OpenSSL does not read.
  const lacksPrimes = kty === 'RSA' && typeof d === 'string' && p === undefined;
  const readable = lacksPrimes ? { kty, n, e } : key;
  try {
    const jwk = { key: readable as JsonWebKey, format: 'jwk' } as const;
    return d === undefined || lacksPrimes ? createPublicKey(jwk) : createPrivateKey(jwk);
  } catch {
    return undefined;
  }
}
