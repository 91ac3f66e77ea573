import { limits } from '../../core/limits.js';
import { untilDueMs } from './domain/checkpoint-pace.js';
import type { StoredCheckpoint } from './log-store.js';

/** Last checkpoint, and the present time by the clock that all processes share. */
export interface LastSigned {
  readonly checkpoint: StoredCheckpoint;
  readonly nowMs: number;
}

/**
 * Decision which of the processes that share a log signs: the one that has signed last goes on, and
 * the others leave the work to that one. If that one signs nothing, another takes over. Two that
 * sign lose time only: `LogStore.publish` refuses one of them.
 */
export class SigningTurn {
  readonly #isShared: boolean;
  #isFollower = false;
  /** Since when this process knows of entries that no checkpoint after this one has taken in. */
  #unsigned: { readonly after: number; readonly sinceMs: number } | undefined;

  constructor({ isShared }: { readonly isShared: boolean }) {
    this.#isShared = isShared;
  }

  /** Takes a process that has signed since the last look, or lately, for the one that goes on. */
  look({ checkpoint, nowMs }: LastSigned, knownSize: number | undefined): void {
    const isLate = untilDueMs(checkpoint.signedMs, nowMs, limits.auditTakeOverMs) === 0;
    const isOthers = knownSize === undefined ? !isLate : checkpoint.size !== knownSize;
    if (this.#isShared && isOthers) this.#isFollower = true;
  }

  /** Notes whether this process has signed the last checkpoint. */
  note(isOurs: boolean): void {
    this.#isFollower = this.#isShared && !isOurs;
  }

  /** Returns the time until this process signs entries that are in no checkpoint. */
  dueMs({ checkpoint, nowMs }: LastSigned, everyMs: number): number {
    const dueMs = untilDueMs(checkpoint.signedMs, nowMs, everyMs);
    // All entries are signed at the end of a process.
    if (!this.#isFollower || everyMs === 0) return dueMs;
    const ownMs = performance.now();
    if (this.#unsigned?.after !== checkpoint.size) {
      this.#unsigned = { after: checkpoint.size, sinceMs: ownMs };
    }
    return Math.max(dueMs, this.#unsigned.sinceMs + limits.auditTakeOverMs - ownMs);
  }

  /** Returns when to look again: the one that signs looks all the time for entries of others. */
  againMs(dueMs: number | undefined, everyMs: number): number | undefined {
    if (dueMs !== undefined) return Math.min(dueMs, everyMs);
    return this.#isShared && !this.#isFollower ? everyMs : undefined;
  }
}
