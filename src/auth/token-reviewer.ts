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

/** Asks the API server whose token this is. */
export abstract class TokenReviewer {
  /** Undefined where it is nobody's; throws Unavailable where there is no answer. */
  abstract review(
    token: SecretValue,
    audiences: readonly string[],
  ): Promise<TokenReview | undefined>;
}
