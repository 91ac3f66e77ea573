import type { SecretValue } from '../core/secret-value.js';

export interface ReviewedUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface TokenReview {
  readonly authenticated: boolean;
  readonly audiences: readonly string[];
  readonly user: ReviewedUser;
}

/** Queries the API server for the owner of a token. */
export abstract class TokenReviewer {
  /** Returns a review; undefined if the token is invalid; throws Unavailable without an answer. */
  abstract review(
    token: SecretValue,
    audiences: readonly string[],
  ): Promise<TokenReview | undefined>;
}
