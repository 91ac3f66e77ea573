import { limits } from '../core/limits.js';

/** When tokens were last used: kept here, and written down now and then, never by a request. */
export class TokenUses {
  readonly #write: (uses: ReadonlyMap<string, number>) => Promise<void>;
  readonly #pending = new Map<string, number>();
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(write: (uses: ReadonlyMap<string, number>) => Promise<void>) {
    this.#write = write;
  }

  /** Beyond the bound a use is forgotten: it is news, not a record. */
  note(id: string, nowMs: number): void {
    if (this.#pending.size >= limits.ownTokenUsesMax && !this.#pending.has(id)) return;
    this.#pending.set(id, nowMs);
  }

  /** What is not written down yet. */
  lastUseOf(id: string): number | undefined {
    return this.#pending.get(id);
  }

  /** At most once a minute; what cannot be written is tried again. */
  async flush(nowMs: number): Promise<void> {
    if (nowMs < this.#writtenAtMs + limits.ownTokenUsesWrittenEveryMs) return;
    await this.flushNow(nowMs);
  }

  /** The same without waiting for the minute. */
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
