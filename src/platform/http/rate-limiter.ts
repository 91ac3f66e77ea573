import { RecentMap } from '../../core/recent-map.js';
import { type BucketPolicy, type BucketTurn, takeFromBucket } from './domain/token-bucket.js';

export interface RateLimiterOptions extends BucketPolicy {
  /** Stored buckets; a forgotten bucket starts full. */
  readonly keysMax: number;
}

/** Token bucket for each key, stored for as long as it takes to fill. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #fullAtMs: RecentMap<string, number>;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    const keptMs = (options.burst / options.requestsPerSecond) * 1_000;
    this.#fullAtMs = new RecentMap({ entriesMax: options.keysMax, keptMs });
  }

  /** Takes this many requests together, or none of them. */
  take(key: string, nowMs: number, requests = 1): BucketTurn {
    const turn = takeFromBucket(this.#fullAtMs.get(key), nowMs, this.#options, requests);
    this.#fullAtMs.set(key, turn.fullAtMs, nowMs);
    return turn;
  }

  /** Returns the number of stored buckets. */
  get size(): number {
    return this.#fullAtMs.size;
  }
}
