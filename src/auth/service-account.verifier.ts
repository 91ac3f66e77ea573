import { createHash } from 'node:crypto';
import { Principal, serviceAccountNamed } from '../core/principal.js';
import type { SecretValue } from '../core/secret-value.js';
import {
  CredentialRefused,
  type CredentialVerifier,
  type PresentedToken,
  type Verified,
} from './credential-verifier.js';
import type { ServiceAccountSignature } from './service-account-signature.js';
import type { TokenReviewCache } from './token-review-cache.js';
import { TokenReviewer, type ReviewedUser, type TokenReview } from './token-reviewer.js';

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** Checks of tokens for the gateway: local checks, then a query whether the token is live. */
export interface AudienceChecks {
  readonly audience: string;
  readonly signature: Pick<ServiceAccountSignature, 'check' | 'isPublished'>;
  readonly reviews: TokenReviewCache;
}

/**
 * Tokens that the API server confirms by TokenReview. With an audience, only tokens for the gateway
 * pass; without it (`access: passthrough`), tokens that the API server itself accepts.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export class ServiceAccountVerifier implements CredentialVerifier {
  readonly #checks: AudienceChecks | TokenReviewer;

  constructor(checks: AudienceChecks | TokenReviewer) {
    this.#checks = checks;
  }

  /** Returns false if the API server publishes no keys: then each token is reviewed. */
  checksLocally(): boolean {
    return !(this.#checks instanceof TokenReviewer) && this.#checks.signature.isPublished;
  }

  claims(token: PresentedToken): boolean {
    return token.unverifiedIssuer !== undefined || this.#checks instanceof TokenReviewer;
  }

  async verify(token: PresentedToken): Promise<Verified> {
    const checks = this.#checks;
    if (checks instanceof TokenReviewer) {
      const review = await checks.review(token.value, []);
      return { principal: toPrincipal(userOf(review), token.value, true) };
    }
    const { audience, reviews } = checks;
    const review = reviews.known(token.value) ?? (await reviewOf(token, checks));
    const user = userOf(review);
    if (!review?.audiences.includes(audience)) {
      throw new CredentialRefused('the token is for another audience');
    }
    const principal = toPrincipal(user, token.value, false);
    return { principal, isCurrent: reviews.currencyOf(token.value, review) };
  }
}

async function reviewOf(
  { value, unverifiedIssuer }: PresentedToken,
  { audience, signature, reviews }: AudienceChecks,
): Promise<TokenReview | undefined> {
  const expiresAtMs = await signature.check(value.reveal().toString('ascii'), unverifiedIssuer);
  return reviews.review(value, audience, expiresAtMs);
}

function userOf(review: TokenReview | undefined): ReviewedUser {
  if (review?.authenticated !== true) throw new CredentialRefused('TokenReview says no');
  return review.user;
}

function toPrincipal(user: ReviewedUser, token: SecretValue, anyUser: boolean): Principal {
  const credentialId = user.extra[CREDENTIAL_ID]?.[0] ?? fingerprint(token);
  const expiresAtMs = expiryOf(token);
  const expiry = expiresAtMs === undefined ? {} : { expiresAtMs };
  const account = serviceAccountNamed(user.username);
  if (account !== undefined) {
    const { uid, extra } = user;
    return Principal.forServiceAccount({ ...account, uid, extra, credentialId, ...expiry });
  }
  if (!anyUser) throw new CredentialRefused('not a ServiceAccount');
  const groups = user.groups.filter((group) => group !== 'system:authenticated');
  return Principal.forUser({ ...user, groups, kind: 'token', credentialId, ...expiry });
}

function fingerprint(token: SecretValue): string {
  return `sha256:${createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16)}`;
}

/** Returns `exp` of a verified token. */
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
