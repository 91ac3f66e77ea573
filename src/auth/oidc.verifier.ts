import type { Clock } from '../core/clock.js';
import type { CredentialVerifier, PresentedToken, Verified } from './credential-verifier.js';
import { CredentialRefused } from './credential-verifier.js';
import type { CompiledAuthenticator } from './domain/compile-authenticator.js';
import { principalFromClaims } from './domain/principal-from-claims.js';
import type { JwksSource } from './jwks-source.js';
import { JwtStrategy } from './jwt.strategy.js';

/** Trusted issuer, and the source of its keys. */
export interface TrustedIssuer {
  readonly authenticator: CompiledAuthenticator;
  readonly keys: JwksSource;
}

interface Entry extends TrustedIssuer {
  readonly strategy: JwtStrategy;
}

/** Verifier of JWTs of the OIDC issuers that are configured now. */
export class OidcVerifier implements CredentialVerifier {
  readonly #clock: Clock;
  #entries: ReadonlyMap<string, Entry> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  checksLocally(): boolean {
    return true;
  }

  /** Trusts only these issuers, from the next token on. */
  trust(issuers: readonly TrustedIssuer[]): void {
    this.#entries = new Map(
      issuers.map(({ authenticator, keys }) => {
        const { url, audiences } = authenticator.spec.issuer;
        const find = keys.keysFor.bind(keys);
        const strategy = new JwtStrategy({ issuer: url, audiences }, find);
        return [url, { authenticator, keys, strategy }];
      }),
    );
  }

  claims(token: PresentedToken): boolean {
    return token.unverifiedIssuer !== undefined && this.#entries.has(token.unverifiedIssuer);
  }

  async verify(token: PresentedToken): Promise<Verified> {
    const issuer = token.unverifiedIssuer ?? '';
    const entry = this.#entries.get(issuer);
    if (!entry) throw new CredentialRefused('the issuer is not trusted any more');
    // Read it before: keys that arrive meanwhile may not include this key.
    const { generation } = entry.keys;
    const claims = await entry.strategy.verify(token.value.reveal().toString('ascii'));
    const principal = principalFromClaims(entry.authenticator, claims);
    const { expiresAtMs = 0 } = principal;
    const isCurrent = () =>
      this.#entries.get(issuer) === entry &&
      // Undefined before the first fetch and undefined after expiry are not equal keys.
      generation !== undefined &&
      entry.keys.generation === generation &&
      this.#clock.nowMs() < expiresAtMs;
    return { principal, isCurrent };
  }
}
