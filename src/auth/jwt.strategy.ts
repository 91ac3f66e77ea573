import { type CryptoKey, errors, jwtVerify } from 'jose';
import { Strategy, type VerifiedCallback } from 'passport-jwt';
import { limits } from '../core/limits.js';
import { CredentialRefused } from './credential-verifier.js';
import type { Claims } from './domain/claimed-identity.js';
import { readTokenHeader, SIGNATURE_ALGORITHMS, type TokenHeader } from './domain/token-header.js';
import { runStrategy } from './run-strategy.js';

export type FindKeys = (header: TokenHeader) => Promise<readonly CryptoKey[]>;

export interface ExpectedToken {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

interface VerifyOptions {
  readonly issuer: string;
  readonly audience: string[];
  readonly algorithms: string[];
  readonly clockTolerance: number;
}

type VerifyJwt = (
  token: string,
  keys: readonly CryptoKey[],
  options: VerifyOptions,
  done: (error: unknown, claims?: Claims) => void,
) => void;

// passport-jwt's hook for another verifier: its default knows no EdDSA and accepts any form of key
// that fits the token's header.
(Strategy as unknown as { JwtVerifier: VerifyJwt }).JwtVerifier = (token, keys, options, done) => {
  verifyWithOneOf(keys, token, options).then(
    (claims) => {
      done(null, claims);
    },
    (error: unknown) => {
      done(refusalOf(error));
    },
  );
};

/** The `passport-jwt` strategy for one issuer, with signatures and claims checked by jose. */
export class JwtStrategy {
  readonly #strategy: Strategy;

  constructor(expected: ExpectedToken, findKeys: FindKeys) {
    this.#strategy = new Strategy(
      {
        jwtFromRequest: (request: unknown) => (request as { token: string }).token,
        secretOrKeyProvider: (_request: unknown, token: unknown, done) => {
          keysOf(String(token), findKeys).then((keys) => {
            done(null, keys as never); // handed on to the verifier above as they are
          }, done);
        },
        issuer: expected.issuer,
        audience: [...expected.audiences],
        algorithms: [...SIGNATURE_ALGORITHMS] as never, // the types are those of jsonwebtoken
        jsonWebTokenOptions: { clockTolerance: limits.tokenClockToleranceSeconds },
      },
      (claims: unknown, done: VerifiedCallback) => {
        done(null, claims);
      },
    );
  }

  /** Returns the claims of a completely valid token; CredentialRefused for any other. */
  verify(token: string): Promise<Claims> {
    return runStrategy(this.#strategy, { token });
  }
}

async function keysOf(token: string, findKeys: FindKeys): Promise<readonly CryptoKey[]> {
  const header = readTokenHeader(token);
  if ('refusal' in header) throw new CredentialRefused(header.refusal);
  return findKeys(header);
}

/** Verifies with nearly always one key; an issuer may give two of its keys an equal id. */
async function verifyWithOneOf(
  keys: readonly CryptoKey[],
  token: string,
  options: VerifyOptions,
): Promise<Claims> {
  const { issuer, audience, algorithms, clockTolerance } = options;
  const expected = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp'] };
  for (const key of keys.slice(0, -1)) {
    try {
      return (await jwtVerify(token, key, expected)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  const last = keys.at(-1);
  if (last === undefined) throw new CredentialRefused('no key');
  return (await jwtVerify(token, last, expected)).payload;
}

/** Names the claim, never its value: for the audit trail. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new CredentialRefused('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new CredentialRefused(`the claim ${error.claim} of the token is not what is expected`);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new CredentialRefused('the signature of the token is wrong');
  }
  return error;
}
