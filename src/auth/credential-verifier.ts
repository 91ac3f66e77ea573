import type { Principal } from '../core/principal.js';
import type { SecretValue } from '../core/secret-value.js';

/** A bearer token, with what may be read from it before anything is verified. */
export interface PresentedToken {
  readonly value: SecretValue;
  /** Unverified issuer of a JWT: chooses the verifier, proves nothing. */
  readonly unverifiedIssuer: string | undefined;
}

/** Whose a token is. */
export interface Verified {
  readonly principal: Principal;
  /**
   * Whether it would be verified alike once more, told at once from what is at hand. Absent where
   * each request has to ask.
   */
  readonly isCurrent?: () => boolean;
}

/** Why a credential was refused: for the audit trail, never for the caller. */
export class CredentialRefused extends Error {
  override readonly name = 'CredentialRefused';
}

/** One kind of credential. Further kinds are further entries in the authenticator's list. */
export interface CredentialVerifier {
  /**
   * Whether it is told from what is at hand if this one is forged or expired: without a call to
   * anybody and without a look into the database. Absent where it never is.
   */
  checksLocally?(token: PresentedToken): boolean;
  /** Whether this verifier is the one that answers for the token. */
  claims(token: PresentedToken): boolean;
  /** Whose token it is; throws CredentialRefused, or Unavailable where it cannot tell. */
  verify(token: PresentedToken): Promise<Verified>;
}
