import { setTimeout as pause } from 'node:timers/promises';
import { admissionLimits } from '../core/admission-limits.js';
import { Turns } from '../core/turns.js';

/**
 * Pace of checks for senders without a credential: one at a time, and none begins before as much
 * time has passed as the last one took. All checks together take at most half of the time.
 */
export class ReviewPace {
  readonly #turns = new Turns(1, admissionLimits.reviewsAtOnceMax, 'reviews');
  readonly #nowMs: () => number;
  #freeAtMs = 0;

  /** `nowMs` must never go backwards. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Runs a check when its turn comes. Throws what the check throws. */
  run<T>(check: () => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      const waitMs = this.#freeAtMs - this.#nowMs();
      if (waitMs > 0) await pause(waitMs);
      const startMs = this.#nowMs();
      try {
        return await check();
      } finally {
        const endMs = this.#nowMs();
        this.#freeAtMs = endMs + (endMs - startMs);
      }
    });
  }
}
