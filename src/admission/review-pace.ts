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
  readonly owner: string;
  /** Never rejects; undefined once the review has waited for too long. */
  check: (() => Promise<void>) | undefined;
}

interface Held {
  readonly reviews: number;
  readonly sizeBytes: number;
  /** Time that checks of the owner took, with the pauses after them. */
  readonly takenMs: number;
}

const NONE: Held = { reviews: 0, sizeBytes: 0, takenMs: 0 };

/** Refusal of a review whose check did not begin. */
export class PaceExceeded extends SallyportError {
  /** Whether other reviews of its owner were the cause: their size, or most of its wait. */
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
  /** Check that runs. */
  #running: { readonly owner: string; readonly startMs: number } | undefined;

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
    const { heldBytesMax, heldOfOwnerBytesMax, reviewWaitMsMax } = admissionLimits;
    const isFullOfOwner = own.reviews > 0 && own.sizeBytes + sizeBytes > heldOfOwnerBytesMax;
    if (isFullOfOwner || this.#heldBytes + sizeBytes > heldBytesMax) {
      return Promise.reject(new PaceExceeded(isFullOfOwner));
    }
    const takenMs = this.#takenMs(owner);
    this.#count(review, 1);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiting: Waiting = {
      owner,
      check: async () => {
        clearTimeout(deadline);
        try {
          resolve(await this.#timed(owner, check));
        } catch (error) {
          reject(error);
        } finally {
          this.#count(review, -1);
        }
      },
    };
    const deadline = setTimeout(() => {
      waiting.check = undefined;
      const isOfOwner = 2 * (this.#takenMs(owner) - takenMs) >= reviewWaitMsMax;
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
      const next = this.#waiting.next();
      if (next === undefined) break;
      // Owners who come meanwhile are before the others of this one.
      this.#waiting.hold(next.owner);
      await next.check?.();
      const waitMs = this.#freeAtMs - this.#nowMs();
      if (waitMs > 0) await pause(waitMs);
      this.#waiting.release(next.owner);
    }
    this.#isServing = false;
  }

  async #timed<T>(owner: string, check: () => Promise<T>): Promise<T> {
    const startMs = this.#nowMs();
    this.#running = { owner, startMs };
    try {
      return await check();
    } finally {
      const endMs = this.#nowMs();
      this.#freeAtMs = endMs + (endMs - startMs);
      this.#running = undefined;
      const own = this.#ofOwners.get(owner) ?? NONE;
      const takenMs = own.takenMs + this.#freeAtMs - startMs;
      this.#ofOwners.set(owner, { ...own, takenMs });
    }
  }

  /** Returns the time that checks of an owner took while the owner had reviews here. */
  #takenMs(owner: string): number {
    const { takenMs } = this.#ofOwners.get(owner) ?? NONE;
    const isRunning = this.#running?.owner === owner;
    return isRunning ? takenMs + this.#nowMs() - (this.#running?.startMs ?? 0) : takenMs;
  }

  /** Counts a review that comes (1) or has ended (-1). */
  #count({ owner, sizeBytes }: PacedReview, sign: 1 | -1): void {
    const { reviews, sizeBytes: before, takenMs } = this.#ofOwners.get(owner) ?? NONE;
    this.#heldBytes += sign * sizeBytes;
    if (reviews + sign === 0) this.#ofOwners.delete(owner);
    else {
      const held = { reviews: reviews + sign, sizeBytes: before + sign * sizeBytes, takenMs };
      this.#ofOwners.set(owner, held);
    }
  }
}
