import type { Principal } from '../core/principal.js';
import type { SecretValue } from '../core/secret-value.js';

/** A bearer token, with what may be read from it before anything is verified. */
export interface PresentedToken {
  readonly value: SecretValue;
  /** Unverified issuer of a JWT: chooses the verifier, proves nothing. */
  readonly unverifiedIssuer: string | undefined;
}

/** Owner of a token. */
export interface Verified {
  readonly principal: Principal;
  /**
   * Reports from cached facts whether another check would have an equal result. Absent if each
   * request needs a query.
   */
  readonly isCurrent?: () => boolean;
}

/** Reason that a credential was refused: for the audit trail, never for the caller. */
export class CredentialRefused extends Error {
  override readonly name = 'CredentialRefused';
}

/** Verifier of one kind of credential. Further kinds are further entries in the list. */
export interface CredentialVerifier {
  /**
   * Reports whether a forged or expired token is detected locally: without a call or a database
   * query. Absent if it never is.
   */
  checksLocally?(token: PresentedToken): boolean;
  /** Reports whether this verifier is responsible for the token. */
  claims(token: PresentedToken): boolean;
  /** Returns the token's owner; throws CredentialRefused, or Unavailable if it cannot verify. */
  verify(token: PresentedToken): Promise<Verified>;
}
