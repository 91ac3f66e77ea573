import { hash } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { SecretValue } from '../core/secret-value.js';
import type { TokenReview, TokenReviewer } from './token-reviewer.js';

interface KeptReview {
  readonly review: TokenReview | undefined;
  /** Time of a monotonic clock. */
  readonly untilMs: number;
  /** End of the token, by the wall clock. */
  readonly expiresAtMs: number;
}

/**
 * Cache of reviews of tokens with a valid signature. It adds to the API server's own ten seconds,
 * so that the token of a deleted pod is invalid within fifteen. Concurrent callers with one token
 * share the review.
 */
export class TokenReviewCache {
  readonly #reviewer: TokenReviewer;
  readonly #clock: Clock;
  readonly #kept = new Map<string, KeptReview>();
  readonly #asking = new Map<string, Promise<TokenReview | undefined>>();

  constructor(reviewer: TokenReviewer, clock: Clock) {
    this.#reviewer = reviewer;
    this.#clock = clock;
  }

  /** Returns the review of a recently valid token with its signature; undefined if unknown. */
  known(token: SecretValue): TokenReview | undefined {
    const kept = this.#kept.get(keyOf(token));
    const isKnown = kept?.review?.authenticated === true && this.#isFresh(kept);
    return isKnown ? kept.review : undefined;
  }

  /** Returns a function that reports whether this review of the token is still current. */
  currencyOf(token: SecretValue, review: TokenReview): () => boolean {
    const key = keyOf(token);
    return () => {
      const kept = this.#kept.get(key);
      return kept?.review === review && this.#isFresh(kept);
    };
  }

  /** Returns the reviewer's answer; never cached past the token's own end. */
  review(
    token: SecretValue,
    audience: string,
    expiresAtMs: number | undefined,
  ): Promise<TokenReview | undefined> {
    const key = keyOf(token);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#isFresh(kept)) return Promise.resolve(kept.review);
    this.#kept.delete(key);
    let asking = this.#asking.get(key);
    if (asking === undefined) {
      asking = this.#ask(key, token, audience, expiresAtMs).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking;
  }

  async #ask(
    key: string,
    token: SecretValue,
    audience: string,
    expiresAtMs: number = Number.POSITIVE_INFINITY,
  ): Promise<TokenReview | undefined> {
    // Before the query: the answer may be that old.
    const askedAtMs = this.#clock.monotonicMs();
    const review = await this.#reviewer.review(token, [audience]);
    const isTheirs = review?.authenticated === true;
    const keptMs = isTheirs ? limits.tokenReviewKeptMs : limits.tokenReviewDeniedKeptMs;
    this.#keep(key, { review, untilMs: askedAtMs + keptMs, expiresAtMs });
    return review;
  }

  #isFresh({ untilMs, expiresAtMs }: KeptReview): boolean {
    return this.#clock.monotonicMs() < untilMs && this.#clock.nowMs() < expiresAtMs;
  }

  /** Caches a review; evicts the oldest: in five seconds, all entries are worth the same. */
  #keep(key: string, kept: KeptReview): void {
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < limits.tokenReviewsMax) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, kept);
  }
}

function keyOf(token: SecretValue): string {
  return hash('sha256', token.reveal(), 'base64');
}
