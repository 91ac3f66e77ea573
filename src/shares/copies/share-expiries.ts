import type { ParsedShare } from '../domain/share-spec.js';

interface Expiry {
  readonly share: ParsedShare;
  readonly atMs: number;
}

/** Ends of shares by the clock. */
export class ShareExpiries {
  /** By uid of the share. */
  readonly #expiries = new Map<string, Expiry>();
  /** No share ends before this time, so that most ticks of a clock visit no share. */
  #earliestMs = Infinity;

  /** Sets when the present spec of a share ends it; undefined: never. */
  set(share: ParsedShare, expiresAt: string | undefined): void {
    const { uid } = share.object;
    if (expiresAt === undefined) {
      this.#expiries.delete(uid);
      return;
    }
    const atMs = Date.parse(expiresAt);
    this.#expiries.set(uid, { share, atMs });
    this.#earliestMs = Math.min(this.#earliestMs, atMs);
  }

  /** Removes and returns the shares that have ended. */
  takeEnded(nowMs: number): readonly ParsedShare[] {
    if (nowMs < this.#earliestMs) return [];
    const ended: ParsedShare[] = [];
    this.#earliestMs = Infinity;
    for (const [uid, { share, atMs }] of this.#expiries) {
      if (atMs > nowMs) {
        this.#earliestMs = Math.min(this.#earliestMs, atMs);
      } else {
        this.#expiries.delete(uid);
        ended.push(share);
      }
    }
    return ended;
  }
}
