import { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { IdentityRefused, type Principal } from '../core/principal.js';
import { SecretValue } from '../core/secret-value.js';
import {
  CredentialRefused,
  type CredentialVerifier,
  type PresentedToken,
  type Verified,
} from './credential-verifier.js';

/** Converts an `Authorization` header to an identity, with one error for all wrong credentials. */
export class Authenticator {
  readonly #verifiers: readonly CredentialVerifier[];
  readonly #onVerified: (principal: Principal, token: SecretValue) => void;

  /** `onVerified` gets each token with its principal: passthrough forwards it. */
  constructor(
    verifiers: readonly CredentialVerifier[],
    onVerified: (principal: Principal, token: SecretValue) => void = () => undefined,
  ) {
    this.#verifiers = verifiers;
    this.#onVerified = onVerified;
  }

  /** Reports whether a wrong credential would be detected without a call or the database. */
  checksLocally(authorization: string): boolean {
    try {
      const token = readBearer(authorization);
      const verifier = this.#verifiers.find((candidate) => candidate.claims(token));
      return verifier === undefined || verifier.checksLocally?.(token) === true;
    } catch {
      return true;
    }
  }

  async authenticate(authorization: string | undefined): Promise<Verified> {
    try {
      const token = readBearer(authorization);
      const verifier = this.#verifiers.find((candidate) => candidate.claims(token));
      if (!verifier) throw new CredentialRefused('no verifier for this kind of token');
      const verified = await verifier.verify(token);
      this.#onVerified(verified.principal, token.value);
      return verified;
    } catch (error) {
      if (error instanceof CredentialRefused || error instanceof IdentityRefused) {
        throw unauthenticated(error);
      }
      throw error;
    }
  }
}

/** Returns the one error for every wrong credential; the cause is only for the audit trail. */
export function unauthenticated(cause: Error): SallyportError {
  return new SallyportError('Unauthenticated', 'a valid bearer token is needed', {
    internal: cause.message,
    cause,
  });
}

function readBearer(authorization: string | undefined): PresentedToken {
  if (authorization === undefined) throw new CredentialRefused('no Authorization header');
  if (authorization.length > limits.tokenBytesMax) throw new CredentialRefused('token too long');
  const text = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (text === undefined) throw new CredentialRefused('not a bearer token');
  return {
    value: SecretValue.fromBytes(Buffer.from(text, 'ascii')),
    unverifiedIssuer: unverifiedIssuerOf(text),
  };
}

function unverifiedIssuerOf(token: string): string | undefined {
  const parts = token.split('.');
  if (parts.length !== 3 || parts[1] === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1], 'base64url').toString('utf8'));
    const issuer = (claims as { iss?: unknown } | null)?.iss;
    return typeof issuer === 'string' ? issuer : undefined;
  } catch {
    return undefined;
  }
}
