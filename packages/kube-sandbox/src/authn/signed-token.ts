import { createHash } from 'node:crypto';
import { isJsonObject } from '../model/kube-object.js';
import type { JsonObject } from '../model/kube-object.js';
import type { SigningKey } from './signing-key.js';
import { readClaims, writeClaims } from './token-claims.js';
import type { TokenClaims } from './token-claims.js';
import { TokenRefused } from './token-refused.js';

/** Few tokens are in use concurrently; each entry is smaller than two kilobytes. */
const tokensKnownMax = 1024;
const base64url = /^[A-Za-z0-9_-]*$/;
const badSignature = 'go-jose/go-jose: error in cryptographic primitive';

/** Creates and verifies the compact form of RFC 7515; caches the claims of verified tokens. */
export class SignedTokens {
  readonly #key: SigningKey;
  readonly #issuer: string;
  /** Claims by the token's SHA-256, least recently used first. */
  readonly #known = new Map<string, TokenClaims>();

  constructor(key: SigningKey, issuer: string) {
    this.#key = key;
    this.#issuer = issuer;
  }

  seal(claims: TokenClaims): string {
    const header = encode(JSON.stringify({ alg: this.#key.jwk.alg, kid: this.#key.id }));
    const signed = `${header}.${encode(writeClaims(claims))}`;
    return `${signed}.${this.#key.sign(signed)}`;
  }

  /** Throws TokenRefused unless this key signed the token for this issuer; ignores times. */
  open(token: string): TokenClaims {
    const digest = createHash('sha256').update(token).digest('base64url');
    const claims = this.#known.get(digest) ?? this.#check(token);
    this.#known.delete(digest);
    this.#known.set(digest, claims);
    if (this.#known.size > tokensKnownMax) this.#forgetOldest();
    return claims;
  }

  #check(token: string): TokenClaims {
    const parts = token.split('.');
    const [header = '', payload = '', signature = ''] = parts;
    if (parts.length !== 3 || !parts.every((part) => base64url.test(part))) {
      throw new TokenRefused();
    }
    const claimed = decode(payload);
    const { alg, kid, crit } = decode(header);
    if (claimed['iss'] !== this.#issuer) throw new TokenRefused();
    if (typeof kid === 'string' && kid !== '' && kid !== this.#key.id) {
      throw new TokenRefused('invalid signature, no keys found');
    }
    const isSigned =
      alg === this.#key.jwk.alg &&
      crit === undefined &&
      this.#key.isSignatureOf(`${header}.${payload}`, Buffer.from(signature, 'base64url'));
    if (!isSigned) throw new TokenRefused(badSignature);
    const claims = readClaims(claimed);
    if (claims === undefined) throw new TokenRefused();
    return claims;
  }

  #forgetOldest(): void {
    const oldest = this.#known.keys().next();
    if (oldest.done !== true) this.#known.delete(oldest.value);
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(part: string): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch {
    // The caller refuses the text below, like any other text that is not a token.
  }
  throw new TokenRefused();
}
