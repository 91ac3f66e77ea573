import { RecentMap } from '../../core/recent-map.js';
import { type BucketPolicy, type BucketTurn, takeFromBucket } from './domain/token-bucket.js';

export interface RateLimiterOptions extends BucketPolicy {
  /** Buckets kept; a forgotten one begins full. */
  readonly keysMax: number;
}

/** A token bucket for each key, kept for as long as it takes to fill. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #fullAtMs: RecentMap<string, number>;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    const keptMs = (options.burst / options.requestsPerSecond) * 1_000;
    this.#fullAtMs = new RecentMap({ entriesMax: options.keysMax, keptMs });
  }

  /** Takes so many requests at once, or none of them. */
  take(key: string, nowMs: number, requests = 1): BucketTurn {
    const turn = takeFromBucket(this.#fullAtMs.get(key), nowMs, this.#options, requests);
    this.#fullAtMs.set(key, turn.fullAtMs, nowMs);
    return turn;
  }

  /** Buckets kept now. */
  get size(): number {
    return this.#fullAtMs.size;
  }
}
