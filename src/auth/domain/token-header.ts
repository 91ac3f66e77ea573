import { parseJson } from '../../core/parse-json.js';

/** Only asymmetric signatures: no `none`, no HMAC, nothing encrypted. */
export const SIGNATURE_ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const KEY_ID_CHARACTERS_MAX = 256;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const ACCESS_TOKEN_TYPE = /^(application\/)?(at\+)?jwt$/i;
/** Members that would change what the signature covers or how the payload is read. */
const REFUSED_MEMBERS = ['crit', 'b64', 'zip', 'enc', 'cty'];

/** Fields that choose the key of a token. Other key fields of the header are ignored. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly keyId: string;
}

/** Returns the header of a well-formed signed token, or why there is none; proves nothing. */
export function readTokenHeader(token: string): TokenHeader | { readonly refusal: string } {
  if (!COMPACT.test(token)) return { refusal: 'not three parts in base64url' };
  const [encodedHeader = '', encodedPayload = ''] = token.split('.');
  const header = readPart(encodedHeader);
  if (header === undefined) return { refusal: 'the header is no JSON object' };
  if (readPart(encodedPayload) === undefined) return { refusal: 'the payload is no JSON object' };
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !SIGNATURE_ALGORITHMS.includes(alg)) {
    return { refusal: 'not an algorithm that is taken' };
  }
  if (REFUSED_MEMBERS.some((member) => member in header)) {
    return { refusal: 'a header member that is not understood' };
  }
  if (typ !== undefined && !(typeof typ === 'string' && ACCESS_TOKEN_TYPE.test(typ))) {
    return { refusal: 'not an access token' };
  }
  if (typeof kid !== 'string' || kid === '' || kid.length > KEY_ID_CHARACTERS_MAX) {
    return { refusal: 'no key id' };
  }
  return { algorithm: alg, keyId: kid };
}

/** Parses a part; undefined also for a duplicate member: two readers may see two tokens. */
function readPart(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(Buffer.from(encoded, 'base64url'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
