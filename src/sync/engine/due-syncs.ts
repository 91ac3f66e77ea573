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
    const moved = (this.#random() * 2 - 1) * syncLimits.pollJitterShare;
    this.#dueMs.set(uid, nowMs + pollMs * (1 + moved));
  }

  forget(uid: string): void {
    this.#dueMs.delete(uid);
  }

  clear(): void {
    this.#dueMs.clear();
  }

  /** Removes and returns the syncs that are due. */
  take(nowMs: number): readonly string[] {
    const due = [...this.#dueMs].flatMap(([uid, dueMs]) => (dueMs <= nowMs ? [uid] : []));
    for (const uid of due) this.#dueMs.delete(uid);
    return due;
  }
}
