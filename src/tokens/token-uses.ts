import { limits } from '../core/limits.js';

/** Times of last uses of tokens: in memory, and stored periodically, never by a request. */
export class TokenUses {
  readonly #write: (uses: ReadonlyMap<string, number>) => Promise<void>;
  readonly #pending = new Map<string, number>();
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(write: (uses: ReadonlyMap<string, number>) => Promise<void>) {
    this.#write = write;
  }

  /** Notes a use; beyond the limit, forgets it: it is no record. */
  note(id: string, nowMs: number): void {
    if (this.#pending.size >= limits.ownTokenUsesMax && !this.#pending.has(id)) return;
    this.#pending.set(id, nowMs);
  }

  /** Returns the last use that is not yet stored. */
  lastUseOf(id: string): number | undefined {
    return this.#pending.get(id);
  }

  /** Writes at most once a minute; a failed write is tried again. */
  async flush(nowMs: number): Promise<void> {
    if (nowMs < this.#writtenAtMs + limits.ownTokenUsesWrittenEveryMs) return;
    await this.flushNow(nowMs);
  }

  /** Writes immediately, without waiting for the minute. */
  async flushNow(nowMs: number): Promise<void> {
    const uses = new Map(this.#pending);
    if (uses.size === 0) return;
    this.#writtenAtMs = nowMs;
    await this.#write(uses);
    for (const [id, usedAtMs] of uses) {
      if (this.#pending.get(id) === usedAtMs) this.#pending.delete(id);
    }
  }
}
