import { syncLimits } from '../../core/sync-limits.js';

/** Times at which syncs, or groups of syncs, must ask their stores for changes again. */
export class DueTimes {
  readonly #random: () => number;
  /** By the id of a sync or group, in milliseconds of a monotonic clock. */
  readonly #dueMs = new Map<string, number>();

  /** `random`: returns a number from 0 to 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Sets when one is due: after `pollMs`, moved at random, so that no two meet for long. */
  set(id: string, nowMs: number, pollMs: number): void {
    // At the end: otherwise, one that is often set would come before others.
    this.#dueMs.delete(id);
    const moved = (this.#random() * 2 - 1) * syncLimits.pollJitterShare;
    this.#dueMs.set(id, nowMs + pollMs * (1 + moved));
  }

  forget(id: string): void {
    this.#dueMs.delete(id);
  }

  clear(): void {
    this.#dueMs.clear();
  }

  /** Removes and returns those that are due, the ones that were set first before others. */
  take(nowMs: number, countMax: number): readonly string[] {
    const due: string[] = [];
    for (const [id, dueMs] of this.#dueMs) {
      if (due.length >= countMax) break;
      if (dueMs <= nowMs) due.push(id);
    }
    for (const id of due) this.#dueMs.delete(id);
    return due;
  }
}
