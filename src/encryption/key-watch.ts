import { limits } from '../core/limits.js';

/** Checks periodically, sooner on request, never twice at a time. */
export class KeyWatch {
  readonly #once: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #lookedMs = -Infinity;

  constructor(once: () => Promise<void>) {
    this.#once = once;
  }

  start(): void {
    // A failed check is repeated at the next interval: other checks report the database.
    const look = (): void => void this.look().catch(() => undefined);
    this.#timer ??= setInterval(look, limits.keyLookMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running?.catch(() => undefined);
  }

  /** Runs a check that begins now, after an active one. */
  async look(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    return this.#begin();
  }

  /** Runs a check, unless one is active or has just ended. */
  lookSoon(): Promise<void> {
    if (this.#running !== undefined) return this.#running;
    const isRecent = performance.now() - this.#lookedMs < limits.keyLookSoonMs;
    return isRecent ? Promise.resolve() : this.#begin();
  }

  #begin(): Promise<void> {
    this.#running = this.#once().finally(() => {
      this.#running = undefined;
      this.#lookedMs = performance.now();
    });
    return this.#running;
  }
}
