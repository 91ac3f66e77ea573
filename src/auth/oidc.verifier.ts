import { Strategy, type VerifiedCallback } from 'passport-jwt';
import type { JwtAuthenticatorConfig } from '../config/config.schema.js';
import type { Principal } from '../core/principal.js';
import {
  CredentialRefused,
  type CredentialVerifier,
  type PresentedToken,
} from './credential-verifier.js';
import { principalFromClaims } from './domain/principal-from-claims.js';
import { JwksKeySource } from './jwks-key-source.js';
import { runStrategy } from './run-strategy.js';

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
];
const CLOCK_TOLERANCE_SECONDS = 30;

/** JWTs of one OIDC issuer, checked by passport-jwt with keys from its JWKS. */
export class OidcVerifier implements CredentialVerifier {
  readonly #config: JwtAuthenticatorConfig;
  readonly #strategy: Strategy;

  constructor(config: JwtAuthenticatorConfig, keys = new JwksKeySource(config.issuer)) {
    this.#config = config;
    this.#strategy = new Strategy(
      {
        jwtFromRequest: (request: unknown) => (request as { token: string }).token,
        secretOrKeyProvider: (_request: unknown, token: unknown, done) => {
          keyIdOf(String(token))
            .then((keyId) => keys.publicKey(keyId))
            .then(
              (key) => {
                done(null, key);
              },
              (error: unknown) => {
                done(error);
              },
            );
        },
        issuer: config.issuer.url,
        audience: config.issuer.audiences,
        algorithms: ALGORITHMS as never, // the typings of jsonwebtoken are not a dependency
        jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE_SECONDS },
      },
      (claims: unknown, done: VerifiedCallback) => {
        done(null, claims);
      },
    );
  }

  claims(token: PresentedToken): boolean {
    return token.unverifiedIssuer === this.#config.issuer.url;
  }

  async verify(token: PresentedToken): Promise<Principal> {
    const claims = await runStrategy(this.#strategy, {
      token: token.value.reveal().toString('ascii'),
    });
    return principalFromClaims(this.#config.issuer.url, claims, this.#config.claimMappings);
  }
}

async function keyIdOf(token: string): Promise<string> {
  const header: unknown = JSON.parse(
    Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString('utf8'),
  );
  const { kid, typ } = header as { kid?: unknown; typ?: unknown };
  if (typeof kid !== 'string' || kid.length > 256) throw new CredentialRefused('no key id');
  if (typ !== undefined && !(typeof typ === 'string' && /^(at\+)?jwt$/i.test(typ))) {
    throw new CredentialRefused('not an access token');
  }
  return kid;
}
