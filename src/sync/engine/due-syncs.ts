import { syncLimits } from '../../core/sync-limits.js';

/** Times at which syncs must ask their stores for changes again. */
export class DueSyncs {
  readonly #random: () => number;
  /** By uid of the sync, in milliseconds of a monotonic clock. */
  readonly #dueMs = new Map<string, number>();

  /** `random`: returns a number from 0 to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Sets when a sync is due: after `pollMs`, moved at random, so that syncs do not meet. */
  set(uid: string, nowMs: number, pollMs: number): void {
    // At the end: otherwise, a sync that is often set would come before others.
    this.#dueMs.delete(uid);
    const moved = (this.#random() * 2 - 1) * syncLimits.pollJitterShare;
    this.#dueMs.set(uid, nowMs + pollMs * (1 + moved));
  }

  forget(uid: string): void {
    this.#dueMs.delete(uid);
  }

  clear(): void {
    this.#dueMs.clear();
  }

  /** Removes and returns syncs that are due, those that were set first before others. */
  take(nowMs: number, countMax: number): readonly string[] {
    const due: string[] = [];
    for (const [uid, dueMs] of this.#dueMs) {
      if (due.length >= countMax) break;
      if (dueMs <= nowMs) due.push(uid);
    }
    for (const uid of due) this.#dueMs.delete(uid);
    return due;
  }
}
