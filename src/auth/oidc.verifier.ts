import type { Clock } from '../core/clock.js';
import type { CredentialVerifier, PresentedToken, Verified } from './credential-verifier.js';
import { CredentialRefused } from './credential-verifier.js';
import type { CompiledAuthenticator } from './domain/compile-authenticator.js';
import { principalFromClaims } from './domain/principal-from-claims.js';
import type { JwksSource } from './jwks-source.js';
import { JwtStrategy } from './jwt.strategy.js';

/** An issuer that is trusted, and where its keys come from. */
export interface TrustedIssuer {
  readonly authenticator: CompiledAuthenticator;
  readonly keys: JwksSource;
}

interface Entry extends TrustedIssuer {
  readonly strategy: JwtStrategy;
}

/** JWTs of the OIDC issuers that are configured at this moment. */
export class OidcVerifier implements CredentialVerifier {
  readonly #clock: Clock;
  #entries: ReadonlyMap<string, Entry> = new Map();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  checksLocally(): boolean {
    return true;
  }

  /** From the next token on these issuers are trusted and no others. */
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
    // From before: keys that come meanwhile may not have this one among them.
    const { generation } = entry.keys;
    const claims = await entry.strategy.verify(token.value.reveal().toString('ascii'));
    const principal = principalFromClaims(entry.authenticator, claims);
    const { expiresAtMs = 0 } = principal;
    const isCurrent = () =>
      this.#entries.get(issuer) === entry &&
      // None before the first fetch, and none again once they are too old, are not the same keys.
      generation !== undefined &&
      entry.keys.generation === generation &&
      this.#clock.nowMs() < expiresAtMs;
    return { principal, isCurrent };
  }
}
