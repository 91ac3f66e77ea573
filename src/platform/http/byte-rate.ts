import { RecentMap } from '../../core/recent-map.js';

export interface ByteRatePolicy {
  readonly bytesPerSecond: number;
  /** Burst after a pause. */
  readonly burstBytes: number;
  /** The longest wait, whatever was counted. */
  readonly waitMsMax: number;
  /** Users that are counted; a forgotten user starts from zero. */
  readonly usersMax: number;
}

/**
 * Byte rate of each user, by the generic cell rate algorithm. The size of work is often known only
 * afterwards: it is counted all the same, and the next work waits.
 */
export class ByteRate {
  readonly #policy: ByteRatePolicy;
  readonly #nowMs: () => number;
  readonly #burstMs: number;
  /** Time at which all bytes of a user would have arrived at an even rate. */
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

  /** Returns milliseconds until the user may send or receive more; 0 if none. */
  waitMs(user: string): number {
    const evenAtMs = this.#evenAtMs.get(user);
    return evenAtMs === undefined ? 0 : Math.max(0, evenAtMs - this.#nowMs() - this.#burstMs);
  }

  /** Counts bytes, even beyond what the user may use now. */
  add(user: string, bytes: number): void {
    const nowMs = this.#nowMs();
    const { bytesPerSecond, waitMsMax } = this.#policy;
    const from = Math.max(this.#evenAtMs.get(user) ?? nowMs, nowMs);
    const evenAtMs = from + (bytes / bytesPerSecond) * 1_000;
    this.#evenAtMs.set(user, Math.min(evenAtMs, nowMs + this.#burstMs + waitMsMax), nowMs);
  }
}
