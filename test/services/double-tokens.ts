import { type CryptoKey, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { SecretValue } from '../../src/core/secret-value.js';

export interface TokenClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
}

interface SigningKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A signer of JWTs and its only verifier. */
export class DoubleTokens {
  readonly #keys: SigningKeys;

  private constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  static async create(): Promise<DoubleTokens> {
    return new DoubleTokens(await generateKeyPair('ES256'));
  }

  /** Signs a token; `seconds` may lie in the past. */
  async sign({ issuer, audience, subject }: TokenClaims, seconds: number): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1_000);
    return new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(nowSeconds - 60)
      .setExpirationTime(nowSeconds + seconds)
      .sign(this.#keys.privateKey);
  }

  /** Reports whether a token has this signature, these claims, and has not expired. */
  async isValid(token: string, { issuer, audience, subject }: TokenClaims): Promise<boolean> {
    const required = { issuer, audience, subject, requiredClaims: ['exp', 'iat'] };
    return jwtVerify(token, this.#keys.publicKey, { ...required, algorithms: ['ES256'] }).then(
      () => true,
      () => false,
    );
  }
}

/** Reports whether a token is one of the ServiceAccount that a cloud trusts. */
export type TokenTrust = (token: string, audience: string) => Promise<boolean>;

/** Signs tokens of one ServiceAccount, as the API server does. */
export class DoubleCluster {
  readonly claims: Omit<TokenClaims, 'audience'> = {
    issuer: 'https://cluster.test',
    subject: 'system:serviceaccount:pay:sync',
  };
  readonly #tokens: DoubleTokens;

  private constructor(tokens: DoubleTokens) {
    this.#tokens = tokens;
  }

  static async create(): Promise<DoubleCluster> {
    return new DoubleCluster(await DoubleTokens.create());
  }

  async token(claims: Partial<TokenClaims> & Pick<TokenClaims, 'audience'>, seconds = 600) {
    const signed = await this.#tokens.sign({ ...this.claims, ...claims }, seconds);
    return SecretValue.fromBytes(Buffer.from(signed));
  }

  async isValid(token: string, audience: string): Promise<boolean> {
    return this.#tokens.isValid(token, { ...this.claims, audience });
  }
}

/** Returns the token of the header `Authorization`. */
export function bearerIn(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/.exec(header ?? '')?.[1];
}
