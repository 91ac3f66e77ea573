import { hash } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { SecretValue } from '../core/secret-value.js';
import type { TokenReview, TokenReviewer } from './token-reviewer.js';

interface KeptReview {
  readonly review: TokenReview | undefined;
  /** By the clock that never goes back. */
  readonly untilMs: number;
  /** When the token ends, by that of the day. */
  readonly expiresAtMs: number;
}

/**
 * Reviews of tokens whose signature is right, kept a moment: on top of the API server's own ten
 * seconds, so that the token of a deleted pod is dead within fifteen. Callers who ask about one
 * token at once share the review.
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

  /** Of a token that was right a moment ago, with its signature; undefined where none is known. */
  known(token: SecretValue): TokenReview | undefined {
    const kept = this.#kept.get(keyOf(token));
    const isKnown = kept?.review?.authenticated === true && this.#isFresh(kept);
    return isKnown ? kept.review : undefined;
  }

  /** Tells, whenever it is called, whether this review of the token is still what is known. */
  currencyOf(token: SecretValue, review: TokenReview): () => boolean {
    const key = keyOf(token);
    return () => {
      const kept = this.#kept.get(key);
      return kept?.review === review && this.#isFresh(kept);
    };
  }

  /** As the reviewer says; never kept past the token's own end. */
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
    // From before the question: the answer may be as old as that.
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

  /** The oldest go first: in five seconds nothing is worth more than another. */
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
