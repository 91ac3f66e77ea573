import type { Principal } from '../core/principal.js';
import type { CredentialVerifier, PresentedToken } from './credential-verifier.js';
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

interface Entry {
  readonly authenticator: CompiledAuthenticator;
  readonly strategy: JwtStrategy;
}

/** JWTs of the OIDC issuers that are configured at this moment. */
export class OidcVerifier implements CredentialVerifier {
  #entries: ReadonlyMap<string, Entry> = new Map();

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
        return [url, { authenticator, strategy }];
      }),
    );
  }

  claims(token: PresentedToken): boolean {
    return token.unverifiedIssuer !== undefined && this.#entries.has(token.unverifiedIssuer);
  }

  async verify(token: PresentedToken): Promise<Principal> {
    const entry = this.#entries.get(token.unverifiedIssuer ?? '');
    if (!entry) throw new CredentialRefused('the issuer is not trusted any more');
    const claims = await entry.strategy.verify(token.value.reveal().toString('ascii'));
    return principalFromClaims(entry.authenticator, claims);
  }
}
