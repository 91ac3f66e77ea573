import { createHash } from 'node:crypto';
import { Principal } from '../core/principal.js';
import type { SecretValue } from '../core/secret-value.js';
import {
  CredentialRefused,
  type CredentialVerifier,
  type PresentedToken,
} from './credential-verifier.js';
import { TokenReviewer, type ReviewedUser } from './token-reviewer.js';

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/**
 * Tokens that the API server vouches for by TokenReview. With an audience only tokens made for the
 * gateway pass; without one (`access: passthrough`) those that the API server itself accepts.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export class ServiceAccountVerifier implements CredentialVerifier {
  readonly #reviewer: TokenReviewer;
  readonly #audience: string | undefined;

  constructor(reviewer: TokenReviewer, audience: string | undefined) {
    this.#reviewer = reviewer;
    this.#audience = audience;
  }

  claims(token: PresentedToken): boolean {
    return token.unverifiedIssuer !== undefined || this.#audience === undefined;
  }

  async verify(token: PresentedToken): Promise<Principal> {
    const audiences = this.#audience === undefined ? [] : [this.#audience];
    const review = await this.#reviewer.review(token.value, audiences);
    if (review?.authenticated !== true) throw new CredentialRefused('TokenReview says no');
    if (this.#audience !== undefined && !review.audiences.includes(this.#audience)) {
      throw new CredentialRefused('the token is for another audience');
    }
    return toPrincipal(review.user, token.value, this.#audience === undefined);
  }
}

function toPrincipal(user: ReviewedUser, token: SecretValue, anyUser: boolean): Principal {
  const credentialId = user.extra[CREDENTIAL_ID]?.[0] ?? fingerprint(token);
  const expiresAtMs = expiryOf(token);
  const expiry = expiresAtMs === undefined ? {} : { expiresAtMs };
  const [, namespace, name] = SERVICE_ACCOUNT.exec(user.username) ?? [];
  if (namespace !== undefined && name !== undefined) {
    const { uid, extra } = user;
    return Principal.forServiceAccount({ namespace, name, uid, extra, credentialId, ...expiry });
  }
  if (!anyUser) throw new CredentialRefused('not a ServiceAccount');
  const groups = user.groups.filter((group) => group !== 'system:authenticated');
  return Principal.forUser({ ...user, groups, kind: 'token', credentialId, ...expiry });
}

function fingerprint(token: SecretValue): string {
  return `sha256:${createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16)}`;
}

/** `exp` of a token that was verified. */
function expiryOf(token: SecretValue): number | undefined {
  const payload = token.reveal().toString('ascii').split('.')[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const expiry = (claims as { exp?: unknown } | null)?.exp;
    return typeof expiry === 'number' ? expiry * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
