import { setTimeout as pause } from 'node:timers/promises';
import { admissionLimits } from '../core/admission-limits.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { RoundRobin } from '../core/round-robin.js';

/** Review that waits for its check. */
export interface PacedReview {
  /** Whose reviews share one turn in each round. */
  readonly owner: string;
  readonly sizeBytes: number;
}

interface Waiting {
  /** Never rejects; undefined once the review has waited for too long. */
  check: (() => Promise<void>) | undefined;
}

interface Held {
  readonly reviews: number;
  readonly sizeBytes: number;
}

const NONE: Held = { reviews: 0, sizeBytes: 0 };

/** Refusal of a review whose check did not begin. */
export class PaceExceeded extends SallyportError {
  /** Whether it came while other reviews of its owner were there. */
  readonly isOfOwner: boolean;

  constructor(isOfOwner: boolean) {
    super('TooManyRequests', 'too many writes are checked at the same time; try again later');
    this.isOfOwner = isOfOwner;
  }
}

/**
 * Pace of checks for senders without a credential: one at a time, and none begins before as much
 * time has passed as the last one took. All checks together take at most half of the time. Owners
 * have their turns round robin, so that one with many reviews delays others by one check.
 */
export class ReviewPace {
  readonly #waiting = new RoundRobin<Waiting>();
  readonly #ofOwners = new Map<string, Held>();
  readonly #nowMs: () => number;
  #heldBytes = 0;
  #freeAtMs = 0;
  #isServing = false;

  /** `nowMs` must never go backwards. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /**
   * Runs a check when its turn comes. Throws what the check throws, and PaceExceeded if too many
   * bytes wait or the turn does not come in time.
   */
  run<T>(review: PacedReview, check: () => Promise<T>): Promise<T> {
    const { owner, sizeBytes } = review;
    const own = this.#ofOwners.get(owner) ?? NONE;
    const isOfOwner = own.reviews > 0;
    const { heldBytesMax, heldOfOwnerBytesMax, reviewWaitMsMax } = admissionLimits;
    const isFull = this.#heldBytes + sizeBytes > heldBytesMax;
    if (isFull || (isOfOwner && own.sizeBytes + sizeBytes > heldOfOwnerBytesMax)) {
      return Promise.reject(new PaceExceeded(isOfOwner));
    }
    this.#count(review, 1);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiting: Waiting = {
      check: async () => {
        clearTimeout(deadline);
        try {
          resolve(await this.#timed(check));
        } catch (error) {
          reject(error);
        } finally {
          this.#count(review, -1);
        }
      },
    };
    const deadline = setTimeout(() => {
      waiting.check = undefined;
      this.#count(review, -1);
      reject(new PaceExceeded(isOfOwner));
    }, reviewWaitMsMax);
    this.#waiting.add(owner, waiting);
    void this.#serve();
    return promise;
  }

  async #serve(): Promise<void> {
    if (this.#isServing) return;
    this.#isServing = true;
    for (;;) {
      const waitMs = this.#freeAtMs - this.#nowMs();
      if (waitMs > 0) await pause(waitMs);
      const next = this.#waiting.next();
      if (next === undefined) break;
      await next.check?.();
    }
    this.#isServing = false;
  }

  async #timed<T>(check: () => Promise<T>): Promise<T> {
    const startMs = this.#nowMs();
    try {
      return await check();
    } finally {
      const endMs = this.#nowMs();
      this.#freeAtMs = endMs + (endMs - startMs);
    }
  }

  /** Counts a review that comes (1) or has ended (-1). */
  #count({ owner, sizeBytes }: PacedReview, sign: 1 | -1): void {
    const { reviews, sizeBytes: before } = this.#ofOwners.get(owner) ?? NONE;
    this.#heldBytes += sign * sizeBytes;
    if (reviews + sign === 0) this.#ofOwners.delete(owner);
    else {
      const held = { reviews: reviews + sign, sizeBytes: before + sign * sizeBytes };
      this.#ofOwners.set(owner, held);
    }
  }
}
