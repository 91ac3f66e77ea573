import { RecentMap } from '../../core/recent-map.js';

export interface ByteRatePolicy {
  readonly bytesPerSecond: number;
  /** At once after a pause. */
  readonly burstBytes: number;
  /** Nobody waits longer, however much was counted. */
  readonly waitMsMax: number;
  /** Users that are counted; a forgotten one begins anew. */
  readonly usersMax: number;
}

/**
 * The bytes of each user, as the generic cell rate algorithm counts them. The size of a piece of
 * work is often known only once it is there: it is counted all the same, and the next one waits.
 */
export class ByteRate {
  readonly #policy: ByteRatePolicy;
  readonly #nowMs: () => number;
  readonly #burstMs: number;
  /** When all bytes of a user would have come, had they come evenly. */
  readonly #evenAtMs: RecentMap<string, number>;

  /** `nowMs` must never go backwards: not the time of day. */
  constructor(policy: ByteRatePolicy, nowMs: () => number = () => performance.now()) {
    const { bytesPerSecond, burstBytes, waitMsMax, usersMax } = policy;
    this.#policy = policy;
    this.#nowMs = nowMs;
    this.#burstMs = (burstBytes / bytesPerSecond) * 1_000;
    const keptMs = this.#burstMs + waitMsMax;
    this.#evenAtMs = new RecentMap({ entriesMax: usersMax, keptMs });
  }

  /** Milliseconds until the user may send or be sent more; 0 if none. */
  waitMs(user: string): number {
    const evenAtMs = this.#evenAtMs.get(user);
    return evenAtMs === undefined ? 0 : Math.max(0, evenAtMs - this.#nowMs() - this.#burstMs);
  }

  /** Counts bytes, also those that are more than the user may have now. */
  add(user: string, bytes: number): void {
    const nowMs = this.#nowMs();
    const { bytesPerSecond, waitMsMax } = this.#policy;
    const from = Math.max(this.#evenAtMs.get(user) ?? nowMs, nowMs);
    const evenAtMs = from + (bytes / bytesPerSecond) * 1_000;
    this.#evenAtMs.set(user, Math.min(evenAtMs, nowMs + this.#burstMs + waitMsMax), nowMs);
  }
}
