import type { AuditEvent } from '@sallyport/client';

/** Unfinished events whose outcome is awaited. */
const UNFINISHED_MAX = 1_000;
/** Longer than a request takes: a later outcome than this may never come. */
const UNFINISHED_MS_MAX = 60_000;

interface Unfinished {
  readonly position: number;
  /** Time when the event was printed, of a monotonic clock. */
  readonly printedMs: number;
}

/** Events that were printed, so that each new state is printed once while this program runs. */
export class PrintedEvents {
  /** Position of the newest event; -1 before the first. */
  #position = -1;
  readonly #unfinished = new Map<string, Unfinished>();

  /** Lowest position that can still be new. */
  get from(): number {
    const positions = [...this.#unfinished.values()].map(({ position }) => position);
    return Math.min(this.#position + 1, ...positions);
  }

  /** Returns those of some events that are new, or have an outcome now, oldest first. */
  take(events: readonly AuditEvent[], nowMs: number): readonly AuditEvent[] {
    const fresh = events.filter(({ id, outcome }) => {
      return Number(id) > this.#position || (outcome !== 'unknown' && this.#unfinished.has(id));
    });
    for (const { id, outcome } of fresh) {
      const position = Number(id);
      if (outcome === 'unknown') this.#unfinished.set(id, { position, printedMs: nowMs });
      else this.#unfinished.delete(id);
      this.#position = Math.max(this.#position, position);
    }
    this.#forget(nowMs);
    return fresh.toSorted((one, other) => Number(one.id) - Number(other.id));
  }

  #forget(nowMs: number): void {
    for (const [id, { printedMs }] of this.#unfinished) {
      const isOld = nowMs - printedMs > UNFINISHED_MS_MAX;
      if (isOld || this.#unfinished.size > UNFINISHED_MAX) this.#unfinished.delete(id);
    }
  }
}
